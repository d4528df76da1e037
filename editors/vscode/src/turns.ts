/** Makes a job that runs once at a time: whoever calls while it runs shares the one run that comes after. */
export function inTurns(job: () => Promise<void>): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (next === undefined) {
      const turn = last.then(() => {
        next = undefined;
        return job();
      });
      last = turn.catch(() => undefined);
      next = turn;
    }
    return next;
  };
}
