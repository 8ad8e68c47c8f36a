import type { Session, User } from '../../api/session.ts'
import { durationText } from '../status/times.ts'
import { harmless } from '../terminal/harmless.ts'

/** The text that `scope user list` prints. */
export const describeUsers = (
  users: readonly User[],
  sessions: readonly Pick<Session, 'user'>[],
  nowMs: number,
): string => {
  const ago = (at: string): string => `${durationText(nowMs - Date.parse(at))} ago`
  const rows = users.map(({ name, role, createdAt, lastSignInAt }) => [
    name,
    role,
    `added ${ago(createdAt)}`,
    lastSignInAt === undefined ? 'never signed in' : `signed in ${ago(lastSignInAt)}`,
    countText(sessions.filter(({ user }) => user === name).length),
  ])
  const others = sessions.filter(({ user }) => users.every(({ name }) => name !== user))
  for (const name of new Set(others.map(({ user }) => user)))
    rows.push([name, '', '', '', countText(others.filter(({ user }) => user === name).length)])
  if (rows.length === 0)
    return 'there are no users; "scope user add NAME" adds one, "scope token --link" signs in without'
  // Who signs in through a proxy has the name that the proxy tells.
  return inColumns(rows.map((row) => row.map((cell) => harmless(cell))))
}

const countText = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`)

const inColumns = (rows: readonly string[][]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
