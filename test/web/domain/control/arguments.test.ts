import { describe, expect, it } from 'vitest'
import type { OfferedArgument } from '../../../../src/api/control.ts'
import {
  argumentsOf,
  argumentWords,
  filledIn,
  missingArgument,
  usualValues,
  withArgumentsWords,
} from '../../../../web/domain/control/arguments.ts'

const user: OfferedArgument = { name: 'user', label: 'User', kind: 'text' }
const limit: OfferedArgument = { name: 'limit', label: 'Limit', kind: 'text', required: true }
const signal: OfferedArgument = {
  name: 'signal',
  label: 'Signal',
  kind: 'choice',
  choices: ['SIGKILL', 'SIGHUP'],
  default: 'SIGKILL',
}
const tty: OfferedArgument = { name: 'tty', label: 'TTY', kind: 'flag', default: 'true' }
const force: OfferedArgument = { name: 'force', label: 'Force', kind: 'flag' }
const all = [user, signal, tty, force]

describe('arguments that are filled in', () => {
  it('begin with what they usually are', () =>
    expect(usualValues(all)).toEqual({ user: '', signal: 'SIGKILL', tty: 'true', force: 'false' }))

  it.each([
    ['nothing', {}, {}, ''],
    ['text', { user: 'root' }, { user: 'root' }, 'User: root.'],
    ['text that was taken away again', { user: '' }, {}, ''],
    ['another choice', { signal: 'SIGHUP' }, { signal: 'SIGHUP' }, 'Signal: SIGHUP.'],
    ['flags', { tty: 'false', force: 'true' }, { tty: 'false', force: 'true' }, 'TTY: no. Force: yes.'],
    ['what is not described', { shell: 'x' }, {}, ''],
  ])('with %s are given, but for what is usual', (_name, filled, args, words) => {
    const values = { ...usualValues(all), ...filled }
    expect(argumentsOf(all, values)).toEqual(args)
    expect(argumentWords(all, values)).toBe(words)
  })

  it('are given also as they usually are when they are required', () => {
    const required = { ...signal, required: true } as const
    expect(argumentsOf([required], usualValues([required]))).toEqual({ signal: 'SIGKILL' })
  })

  it('are missing when they are required and empty', () => {
    expect(missingArgument([user, limit], { user: '', limit: '' })).toBe(limit)
    expect(missingArgument([user, limit], { user: '', limit: '3' })).toBeUndefined()
  })

  it.each(Object.getOwnPropertyNames(Object.prototype))(
    'are not filled in because they are called %s',
    (name) => {
      const described: OfferedArgument = { name, label: 'Text', kind: 'text', required: true }
      expect(filledIn(name, {})).toBe('')
      expect(missingArgument([described], {})).toBe(described)
      expect(argumentsOf([described], {})).toEqual({})
      expect(argumentWords([described], {})).toBe('')
      const values = { ...usualValues([described]), [name]: 'x' }
      expect(filledIn(name, values)).toBe('x')
      expect(missingArgument([described], values)).toBeUndefined()
      expect(Object.entries(argumentsOf([described], values))).toEqual([[name, 'x']])
    },
  )
})

describe('what it is called to use a control with arguments', () => {
  it.each([
    ['Kill', [signal], 'Kill with signal …'],
    ['Exec shell', [user, tty], 'Exec shell with user …'],
    ['Exec shell', [tty], 'Exec shell with TTY …'],
    ['Stop', [], undefined],
    ['Stop', undefined, undefined],
  ])('%s %j', (human, described, words) =>
    expect(withArgumentsWords({ human, ...(described ? { arguments: described } : {}) })).toBe(words),
  )
})
