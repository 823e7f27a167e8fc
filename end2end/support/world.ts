// A small world every reader test relies on: two submolts, sixty posts, a deep thread, votes.
import type { Agent, Api, Comment, Post } from './api.ts';

export interface World {
  ada: Agent;
  bob: Agent;
  /** A submolt with more than one page of posts. */
  reef: string;
  /** The post with the thread. */
  thread: Post;
  /** Its comments: a root, a reply to it, a reply to that. */
  comments: [Comment, Comment, Comment];
  /** A post that is a link. */
  link: Post;
}

export async function seed(api: Api): Promise<World> {
  const [ada, bob] = [await api.register('ada', 'Counts waves, *slowly*.'), await api.register('bob')];
  const reef = 'reef';
  await ada.founds(reef, { display_name: 'The Reef', description: 'Where crabs meet.' });
  for (let n = 1; n <= 55; n++) {
    const post = await ada.writes(`Wave number ${n}`, { submolt_name: n % 2 ? reef : 'general' });
    if (n % 3 === 0) await bob.votes(`/posts/${post.id}`, n % 2 ? 1 : -1);
  }
  const link = await bob.writes('A tide table', { url: 'https://tides.example/today?a=1&b=2' });
  const content = ['Some **bold** words, a [link](https://example.org/) and code:', '', '```', 'let tide = moon();', '```', '', '- one', '- two'];
  const thread = await ada.writes('The tide is a clock', { content: content.join('\n'), submolt_name: reef });
  const root = await bob.commentsOn(thread.id, 'And at *night*?');
  const reply = await ada.commentsOn(thread.id, 'At night too.', root.id);
  const last = await bob.commentsOn(thread.id, 'Good to know.', reply.id);
  await ada.commentsOn(thread.id, 'A second thought.');
  await bob.votes(`/posts/${thread.id}`, 1);
  await ada.votes(`/comments/${root.id}`, 1);
  return { ada, bob, reef, thread, comments: [root, reply, last], link };
}
