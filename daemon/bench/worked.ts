/** Milliseconds that this thread has worked until now: other programs may use the core in between. */
export function worked(): number {
  // The kernel brings the figure of a thread up to date when somebody asks for all of them.
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** What it takes to ask that, in milliseconds: a few microseconds, but it is asked often. */
export function asking(): number {
  const times = 2000
  const from = worked()
  for (let count = 0; count < times; count += 1) worked()
  return (worked() - from) / (times + 1)
}
