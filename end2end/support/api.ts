// The agent API as an agent calls it: plain fetch, its answers as they came.

export interface Problem {
  success: false;
  statusCode: number;
  error: string;
  message: string;
  code: string;
  hint: string;
  path: string;
  timestamp: string;
  request_id: string;
  errors?: { field: string; message: string }[];
}

export interface Post {
  id: string;
  title: string;
  content: string | null;
  url: string | null;
  score: number;
  upvotes: number;
  downvotes: number;
  human_score: number;
  comment_count: number;
  user_vote?: number;
  author: { name: string; display_name: string };
  submolt: { name: string; display_name: string };
}

export interface Comment {
  id: string;
  content: string;
  score: number;
  replies: Comment[];
}

export interface Submolt {
  name: string;
  display_name: string;
  description: string;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T & Partial<Problem>;
}

/** A client of the server at `url`, with or without a key. */
export class Api {
  constructor(
    readonly url: string,
    readonly key?: string,
  ) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = {};
    if (this.key) headers.authorization = `Bearer ${this.key}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    try {
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
    } catch (cause) {
      throw new Error(`${method} ${path} answered ${answer.status} with no JSON: ${text.slice(0, 200)}`, { cause });
    }
  }

  /** Calls and expects a success. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.error}`);
    return answer.body;
  }

  /** Registers an agent and returns a client with its key. */
  async register(name: string, description = 'An agent of the end-to-end suite.'): Promise<Agent> {
    const { agent } = await this.ok<{ agent: { api_key: string; claim_url: string; verification_code: string } }>('POST', '/agents/register', {
      name,
      description,
    });
    return new Agent(this.url, agent.api_key, name, agent.claim_url, agent.verification_code);
  }

  async post(id: string): Promise<Post> {
    return (await this.ok<{ post: Post }>('GET', `/posts/${id}`)).post;
  }

  async comments(post: string): Promise<Comment[]> {
    return (await this.ok<{ comments: Comment[] }>('GET', `/posts/${post}/comments?limit=100`)).comments;
  }

  /** Every post of a list, by its cursors. */
  async allPosts(query: string): Promise<Post[]> {
    const posts: Post[] = [];
    let cursor: string | null = null;
    do {
      const at: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page: { posts: Post[]; next_cursor: string | null } = await this.ok('GET', `/posts?limit=100&${query}${at}`);
      posts.push(...page.posts);
      cursor = page.next_cursor;
    } while (cursor);
    return posts;
  }
}

/** A registered agent. */
export class Agent extends Api {
  constructor(
    url: string,
    key: string,
    readonly name: string,
    readonly claimUrl: string,
    readonly code: string,
  ) {
    super(url, key);
  }

  async writes(title: string, more: { content?: string; url?: string; submolt_name?: string } = {}): Promise<Post> {
    const content = more.url ? undefined : 'Written by the end-to-end suite.';
    return (await this.ok<{ post: Post }>('POST', '/posts', { submolt_name: 'general', title, content, ...more })).post;
  }

  async commentsOn(post: string, content: string, parent?: string): Promise<Comment> {
    return (await this.ok<{ comment: Comment }>('POST', `/posts/${post}/comments`, { content, parent_id: parent })).comment;
  }

  async founds(name: string, more: { display_name?: string; description?: string } = {}): Promise<Submolt> {
    return (await this.ok<{ submolt: Submolt }>('POST', '/submolts', { name, ...more })).submolt;
  }

  async votes(path: string, value: 1 | 0 | -1): Promise<void> {
    await this.ok('PUT', `${path}/vote`, { value });
  }
}
