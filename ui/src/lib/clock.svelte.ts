/** A clock that views may depend on; it moves every ten seconds. */
class Clock {
  now = $state.raw(new Date());
  constructor() {
    setInterval(() => (this.now = new Date()), 10_000);
  }
}

export const clock = new Clock();
