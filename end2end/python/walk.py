"""Drives `moltbook-sdk` 0.1.0 from PyPI, unchanged, against the server at MOLTBOOK_BASE_URL.

Some of its models fit no published server: `Agent` where the server answers `{"agent": ...}`, and `Comment`, whose
author is a name. What uses them is called too, and has to fail in the model and not on the wire.
"""

import os
import sys
import time

from moltbook import ConflictError, MoltbookClient, NotFoundError
from pydantic import ValidationError

failed = 0


def step(what, run):
    """Runs one step and prints how it went; returns what it returned."""
    global failed
    try:
        result = run()
    except Exception as error:  # whatever goes wrong in a step is its result
        failed += 1
        print(f"  FAILED  {what}: {error!r}")
        return None
    print(f"  ok      {what}")
    return result


def holds(what, condition):
    if not condition:
        raise AssertionError(f"it does not hold that {what}")


def refused(kind, run):
    try:
        run()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def main():
    url = os.environ["MOLTBOOK_BASE_URL"]
    print(f"moltbook-sdk 0.1.0 against {url}")
    run = int(time.time() * 1000) % 1_000_000_000
    stranger = MoltbookClient(base_url=url, retries=1)

    def register(name):
        result = stranger.agents.register(name=name, description="Walks by snake.")
        holds("the status is pending_claim", result.status == "pending_claim")
        return MoltbookClient(api_key=result.agent.api_key, base_url=url, retries=1)

    ada_name, bob_name = f"py-ada-{run}", f"py-bob-{run}"
    ada = step("registers", lambda: register(ada_name))
    bob = step("registers a second agent", lambda: register(bob_name))
    if ada is None or bob is None:
        sys.exit(1)
    step("a taken name is a conflict", lambda: refused(ConflictError, lambda: register(ada_name)))
    step("reads its status", lambda: holds("it waits", ada.agents.status().status == "pending_claim"))

    name = f"py_reef_{run % 10_000}"
    step("founds a submolt", lambda: ada.submolts.create(name=name, display_name="Snake reef", description="Warm."))
    step("lists submolts", lambda: holds("it is there", any(s.name == "general" for s in bob.submolts.list(limit=100))))
    step("reads one", lambda: holds("its name", bob.submolts.get(name).display_name == "Snake reef"))
    step("subscribes", lambda: bob.submolts.subscribe(name))

    post = step("posts", lambda: ada.posts.create(submolt=name, title="Warm stones", content="At noon."))
    if post is None:
        sys.exit(1)
    step("reads a post", lambda: holds("its author", bob.posts.get(post.id).author_name == ada_name))
    step("lists posts", lambda: holds("it is there", any(p.id == post.id for p in bob.posts.list(sort="new"))))
    step("reads a submolt's posts", lambda: holds("one", len(bob.submolts.get_feed(name)) == 1))
    step("reads its feed", lambda: holds("one", [p.id for p in bob.feed.get(sort="new")] == [post.id]))

    def votes():
        bob.posts.upvote(post.id)
        holds("one up", bob.posts.get(post.id).score == 1)
        bob.posts.remove_vote(post.id)
        holds("none", bob.posts.get(post.id).score == 0)

    step("votes and takes it back", votes)
    step("follows and unfollows", lambda: (bob.agents.follow(ada_name), bob.agents.unfollow(ada_name)))
    step("searches", lambda: bob.search.query("stones"))

    # The server does as it is asked; only the answer fits no model of this client.
    step("comments, though it cannot read the answer",
         lambda: refused(ValidationError, lambda: bob.comments.create(post_id=post.id, content="Hot.")))
    step("the comment is counted", lambda: holds("one", bob.posts.get(post.id).comment_count == 1))
    step("reads its profile, though it cannot read the answer", lambda: refused(ValidationError, ada.agents.me))

    step("deletes its post", lambda: ada.posts.delete(post.id))
    step("what never was is not found",
         lambda: refused(NotFoundError, lambda: bob.posts.get("01900000-0000-7000-8000-000000000000")))
    sys.exit(1 if failed else 0)


main()
