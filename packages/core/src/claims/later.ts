/** Sets a timer that keeps no process alive. */
export function later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, Math.max(0, ms));
  if (typeof timer === "object") (timer as { unref?: () => void }).unref?.();
  return timer;
}
