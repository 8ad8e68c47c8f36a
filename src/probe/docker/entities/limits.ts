import type { ContainerMessage } from '../daemon/messages.ts'

type HostConfig = ContainerMessage['HostConfig']

const DEFAULT_PERIOD_US = 100_000

/** How many CPUs a set such as `0-2,5` contains; undefined when it contains none. */
const cpusIn = (set: string): number | undefined => {
  const counts = set.split(',').map((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? []
    return first === undefined ? 0 : Math.max(0, Number(last) - Number(first) + 1)
  })
  return counts.reduce((a, b) => a + b, 0) || undefined
}

/**
 * How many CPU cores a container may use at a time; undefined when there is no limit.
 *
 * @example cpuLimitOf({ NanoCpus: 5e8, … }) // 0.5, as `docker run --cpus 0.5` sets it
 */
export const cpuLimitOf = ({ NanoCpus, CpuQuota, CpuPeriod, CpusetCpus }: HostConfig): number | undefined => {
  const bounds = [
    NanoCpus > 0 ? NanoCpus / 1e9 : undefined,
    CpuQuota > 0 ? CpuQuota / (CpuPeriod || DEFAULT_PERIOD_US) : undefined,
    cpusIn(CpusetCpus),
  ].filter((bound) => bound !== undefined)
  return bounds.length === 0 ? undefined : Math.min(...bounds)
}

/** The restart policy, such as `always` or `on-failure:3`; undefined when Docker does not report it. */
export const restartPolicyOf = ({ RestartPolicy }: HostConfig): string | undefined => {
  if (!RestartPolicy) return undefined
  const { Name, MaximumRetryCount } = RestartPolicy
  return MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name || 'no'
}
