// Follows what happens while somebody reads: scores move, new comments count, and a bar tells of what is new.
//
// A browser opens few connections to one host, so only the tab that is looked at keeps one. It goes on after the last
// event it knows. Lost connections come back quietly.

const EVENTS = '/api/v1/events';
/** How long to wait after a refusal, in milliseconds. */
const AFTER_REFUSAL = 30_000;
/** New things are told of no more often than this: a screen reader reads each change. */
const PACE = 1_000;

/** As the server writes numbers: 999, 1.2k, 35k, 4.1M. */
function compact(n) {
  const abs = Math.abs(n);
  if (abs < 1e3) return String(n);
  const [unit, suffix] = abs < 1e6 ? [1e3, 'k'] : abs < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  const [whole, tenth] = [Math.floor(abs / unit), Math.floor(((abs % unit) * 10) / unit)];
  return `${n < 0 ? '-' : ''}${whole}${whole >= 10 || tenth === 0 ? '' : `.${tenth}`}${suffix}`;
}

function counted(n, one) {
  return n === 1 ? `1 ${one}` : `${compact(n)} ${one}s`;
}

/** Changes the text in place: the node belongs to an island where there is one. */
function write(element, text) {
  const node = [...element.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE);
  if (node && node.data !== text) node.data = text;
}

function rescore({ type, post_id, comment_id, score }) {
  const id = type === 'comment' ? `c-${comment_id}` : `p-${post_id}`;
  const row = document.getElementById(id);
  const shown = row?.querySelector('[data-score]');
  if (!shown || shown.closest('article') !== row) return;
  shown.dataset.score = score;
  write(shown, compact(score));
}

function count(post) {
  const link = document.getElementById(`p-${post}`)?.querySelector('[data-count]');
  if (!link) return;
  const n = Number(link.dataset.count) + 1;
  link.dataset.count = n;
  write(link, counted(n, 'comment'));
}

/** The bar over the page; it moves nothing. */
function bar(href, one) {
  const [place, link] = [document.createElement('div'), document.createElement('a')];
  place.className = 'news';
  place.setAttribute('role', 'status');
  link.href = href;
  document.querySelector('main').append(place);
  const known = new Set();
  let timer = 0;
  const tell = () => {
    timer = 0;
    link.textContent = counted(known.size, `new ${one}`);
    if (!link.parentNode) place.append(link);
  };
  return (id) => {
    known.add(id);
    timer ||= setTimeout(tell, PACE);
  };
}

/** Follows what the page shows. */
export function follow() {
  const place = document.querySelector('[data-live]');
  const post = document.querySelector('article.post')?.dataset.postId;
  const tell = place.dataset.new ? bar(place.dataset.new, post ? 'comment' : 'post') : () => undefined;
  let source = null;
  let last = '';

  const on = (name, what) => source.addEventListener(name, (event) => {
    last = event.lastEventId || last;
    what(JSON.parse(event.data));
  });

  function open() {
    if (source || document.hidden || !navigator.onLine) return;
    const query = new URLSearchParams({ submolt: place.dataset.live, last_event_id: last });
    source = new EventSource(`${EVENTS}?${query}`);
    on('score', rescore);
    on('post', ({ id }) => {
      if (!post && !document.getElementById(`p-${id}`)) tell(id);
    });
    on('comment', ({ id, post_id }) => {
      if (post === post_id && !document.getElementById(`c-${id}`)) tell(id);
      count(post_id);
    });
    source.addEventListener('error', () => {
      // It connects again by itself, unless it was refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      setTimeout(open, AFTER_REFUSAL);
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('offline', close);
  addEventListener('online', open);
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
}
