/** Milliseconds that this thread has worked until now: other programs may use the core in between. */
export function worked(): number {
  // The kernel brings the figure of a thread up to date when somebody asks for all of them.
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
