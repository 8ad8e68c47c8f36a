import { parseArgs } from 'node:util'
import { newUserSchema, type Role, roles, userNameSchema } from '../../api/session.ts'
import { OWNER } from '../../app/accounts/accounts.ts'
import { UsageError } from '../options/usage-error.ts'
import { choiceValue } from '../options/values.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { askNewPassword } from './ask-password.ts'
import { describeUsers } from './describe-users.ts'
import { type OpenedAccounts, withAccounts } from './open.ts'

/** What a command of users is run with. */
export interface UserCommandOptions {
  readonly stateDir: string
  readonly terminal: Terminal
  readonly nowMs: () => number
}

/** What was asked for, when that is possible at all. */
export type UserCommand =
  | { readonly verb: 'list'; readonly json: boolean }
  | { readonly verb: 'add'; readonly name: string; readonly role: Role }
  | { readonly verb: 'role'; readonly name: string; readonly role: Role }
  | { readonly verb: 'remove' | 'passwd'; readonly name: string }

const usage = 'scope user add NAME [--role=ROLE] | remove NAME | passwd NAME | role NAME ROLE | list [--json]'

const roleOf = (text: string, option: string): Role => choiceValue(roles)(text, option)

/**
 * Reads the arguments of `scope user`.
 *
 * @throws UsageError
 */
export const parseUserCommand = (args: readonly string[]): UserCommand => {
  const { values, positionals } = parsed(args)
  const [verb = '', name, role, ...more] = positionals
  const takes = (count: number, option?: 'role' | 'json'): void => {
    const other = (['role', 'json'] as const).find((one) => values[one] !== undefined && one !== option)
    if (positionals.length !== count + 1 || more.length > 0 || other !== undefined)
      throw new UsageError(`"scope user ${verb}" is used as: ${usage}`)
  }
  switch (verb) {
    case 'list':
      takes(0, 'json')
      return { verb, json: values.json ?? false }
    case 'add': {
      takes(1, 'role')
      const checked = userNameSchema.safeParse(name)
      if (!checked.success) throw new UsageError(`the name "${name}": ${checked.error.issues[0]?.message}`)
      return { verb, name: checked.data, role: roleOf(values.role ?? 'viewer', '--role') }
    }
    case 'role':
      takes(2)
      return { verb, name: name ?? '', role: roleOf(role ?? '', 'the role') }
    case 'remove':
    case 'passwd':
      takes(1)
      return { verb, name: name ?? '' }
    default:
      throw new UsageError(
        `${verb === '' ? 'what about users?' : `unknown command "scope user ${verb}";`} ${usage}`,
      )
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { role: { type: 'string' }, json: { type: 'boolean' } },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]} Use: ${usage}`, { cause: error })
  }
}

/**
 * Runs `scope user …`.
 *
 * @returns what to print
 * @throws {UsageError}, `CommandError`, `AccountsError`, `StateError`: each tells the user everything
 */
export const runUserCommand = (args: readonly string[], options: UserCommandOptions): Promise<string> => {
  const command = parseUserCommand(args)
  return withAccounts(options.stateDir, (opened) => run(command, opened, options))
}

const run = async (
  command: UserCommand,
  { accounts: { users, sessions }, audited }: OpenedAccounts,
  { terminal, nowMs }: UserCommandOptions,
): Promise<string> => {
  if (command.verb === 'list') {
    const all = users.list()
    return command.json ? JSON.stringify(all, null, 2) : describeUsers(all, sessions.list(), nowMs())
  }
  const { name } = command
  if (command.verb === 'add') {
    const { role } = command
    await audited('user-add', name, async () => {
      // Before anybody is asked for a password.
      users.checkNew(name)
      const password = await askNewPassword(name, terminal)
      await users.add(newUserSchema.parse({ name, role, password }))
    })
    return `user ${name} was added (${role})`
  }
  if (name === OWNER)
    throw new UsageError(
      `${OWNER} is whoever signs in with a link ("scope token --link"), and cannot be changed`,
    )
  const ended = endedText(sessions.list(name).length)
  switch (command.verb) {
    case 'remove': {
      const wasUser = await audited('user-remove', name, () => users.remove(name))
      return wasUser
        ? `user ${name} was removed${ended}`
        : `${name} is no user, but somebody whom a proxy named${ended}; through the proxy they can sign in again`
    }
    case 'passwd':
      await audited('user-password', name, async () => {
        users.get(name)
        await users.change(name, { password: await askNewPassword(name, terminal) })
      })
      return `user ${name} has a new password${ended}`
    case 'role': {
      const { role } = command
      return audited('user-role', name, async () => {
        const before = users.get(name).role
        if (before === role) return `user ${name} is ${role} already`
        await users.change(name, { role })
        return `user ${name} is ${role} now, and was ${before}${ended}`
      })
    }
  }
}

const endedText = (sessions: number): string => {
  if (sessions === 0) return ''
  return sessions === 1 ? '; their session has ended' : `; their ${sessions} sessions have ended`
}
