import type { NotFound } from '../../cgroup/usage/cgroup-reader.ts'

/** Why a container is measured by Docker's stats stream. `remote`: it runs on another machine. */
export type WhyStream = NotFound | 'remote'

const WORDS: Readonly<Record<NotFound, string>> = {
  gone: 'no process with the pid that Docker gives is seen here; run the probe in the pid namespace of the daemon (in a container: --pid=host)',
  unnamed:
    'their processes are in no cgroup of their own; rootless Docker needs cgroup v2 and systemd to make them',
  unreachable:
    'their cgroups are not mounted where the probe runs; in a container, run the probe with --cgroupns=host',
}

/**
 * Says why stats streams are needed: the reason that most containers have. Empty when none needs one, or the daemon is
 * on another machine, which is told anyway.
 *
 * @param reasons one for each container that has a stream
 */
export const whyStreams = (reasons: readonly WhyStream[]): string => {
  const counts = (['unreachable', 'unnamed', 'gone'] as const).map(
    (why) => [why, reasons.filter((one) => one === why).length] as const,
  )
  const [why, count] = counts.reduce((a, b) => (b[1] > a[1] ? b : a))
  // Without numbers, which are among the counters: a text that changes with each container would be logged each time.
  return count === 0
    ? ''
    : `CPU and memory of containers come from Docker's stats streams, which cost the daemon more than cgroup files do: ${WORDS[why]}`
}
