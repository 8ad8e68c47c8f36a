/** The fields of `/proc/PID/stat` by which terminals know their processes. */
export interface SessionStat {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Process group in the foreground of its terminal; -1 without terminal. */
  readonly front: number
  /** Start time in clock ticks since boot. With it a process is told from a later one with the same pid. */
  readonly startTicks: number
  /** It has ended, and only its parent has not noticed. */
  readonly isZombie: boolean
}

/**
 * Reads the text of `/proc/PID/stat`, proc(5).
 *
 * @returns undefined when it is empty or cut, as of a process that is just exiting
 */
export const parseSessionStat = (text: string): SessionStat | undefined => {
  const close = text.lastIndexOf(') ')
  const fields = text.slice(close + 2).split(' ', 20)
  if (close < 0 || fields.length < 20) return undefined
  const field = (n: number): number => Number(fields[n - 3])
  return {
    pid: Number.parseInt(text, 10),
    parent: field(4),
    group: field(5),
    session: field(6),
    front: field(8),
    startTicks: field(22),
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
  }
}

/**
 * The processes that end with a program that was run in a container: of a terminal, the program itself and what it runs in
 * the foreground, with the shells in between; jobs in the background are left to their shell. Without terminal there is no
 * background, so all that belongs to its session.
 *
 * @param leader the program that was run, which leads a session of its own
 * @param all the processes there are
 * @param tty whether it has a terminal
 */
export const foregroundOf = (
  leader: SessionStat,
  all: readonly SessionStat[],
  tty: boolean,
): SessionStat[] => {
  const members = all.filter(({ session, isZombie }) => session === leader.pid && !isZombie)
  if (!tty) return members
  const byPid = new Map(members.map((member) => [member.pid, member]))
  const groups = new Set([leader.group, leader.front])
  // Each step goes to an older process, so this ends.
  for (const member of members.filter(({ group }) => group === leader.front))
    for (let one = byPid.get(member.parent); one !== undefined; one = byPid.get(one.parent))
      groups.add(one.group)
  return members.filter(({ group }) => groups.has(group))
}
