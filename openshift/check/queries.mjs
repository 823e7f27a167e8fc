// Parses queries with the grammars that Prometheus and Grafana themselves use. Standard input is a JSON list of {language, query}; every
// query with an error is printed, and the exit status is then 1.
import { parser as promql } from '@prometheus-io/lezer-promql';
import { parser as traceql } from '@grafana/lezer-traceql';

const parsers = { promql, traceql };
const given = JSON.parse(await new Response(process.stdin).text());
let wrong = 0;
for (const { language, query, where } of given) {
  parsers[language].parse(query).iterate({
    enter(node) {
      if (!node.type.isError) return;
      wrong += 1;
      console.log(`${where}: error at ${node.from} of ${query}`);
    },
  });
}
process.exit(wrong ? 1 : 0);
