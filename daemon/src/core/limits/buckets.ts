import { type Bucket, type Rate, bucket } from './bucket.ts'

/** Full ones are forgotten beyond it. */
const MANY = 1024

/** One bucket for each name. */
export function buckets(rate: Rate, now: () => Date): (name: string) => Bucket {
  const all = new Map<string, Bucket>()
  return (name) => {
    const known = all.get(name)
    if (known) return known
    if (all.size >= MANY) for (const [other, one] of all) if (one.isFull()) all.delete(other)
    const made = bucket(rate, now)
    all.set(name, made)
    return made
  }
}
