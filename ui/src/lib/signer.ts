/** Whoever put a name to something last, in this window: the next question begins with it. Kept nowhere. */
export const signer = { name: "" };
