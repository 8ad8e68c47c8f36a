import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkout } from '../../src/checkout.ts'
import { parseUserCommand } from '../../src/cli/accounts/user-command.ts'

/** The functions of the launcher, none of which is called. */
const functions = [
  ...readFileSync(checkout.launcher, 'utf8').matchAll(/^\w+\(\) \{(?: #[^\n]*)?\n(?: [^\n]*\n|\n)*\}$/gm),
].join('\n')

/** Whether the launcher gives what is on its standard input to a command that runs in a container. */
const readsInput = (...words: string[]): boolean => {
  const { status, stderr } = spawnSync(
    '/bin/sh',
    ['-euc', `${functions}\nif reads_input "$@"; then exit 10; else exit 11; fi`, 'sh', ...words],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({ status: expect.toBeOneOf([10, 11]), stderr: '' })
  return status === 10
}

it.each([
  'add anna',
  'add --role=viewer anna',
  'add anna --role viewer',
  '--role=operator add anna',
  '--role operator add anna',
  '--role=viewer -- add anna',
  '-- add anna',
  'add list',
  'passwd anna',
  '-- passwd list',
  'list',
  'list --json',
  '--json list',
  'role add admin',
  '-- role passwd admin',
  'remove add',
  'remove passwd',
])('gives standard input to those commands about users that ask for a password: %s', (command) => {
  const words = command.split(' ')
  expect(readsInput('user', ...words)).toBe(['add', 'passwd'].includes(parseUserCommand(words).verb))
})

it.each(['user', 'user --role', 'user bogus', 'status', 'token', 'token --join', 'logs add'])(
  'leaves standard input to others: %s',
  (command) => {
    expect(readsInput(...command.split(' '))).toBe(false)
  },
)

it.each(['exec web -- cat', 'attach web', 'shell', 'launch --join=-', 'launch --join - app.example'])(
  'gives standard input to what reads it: %s',
  (command) => {
    expect(readsInput(...command.split(' '))).toBe(true)
  },
)
