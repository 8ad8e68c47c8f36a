import { describe, expect, test } from 'vitest'
import { redactCommandLine, redactValue } from '../../../src/probe/redact/redact.ts'
import { argvOf, plainCommands, plainValues, secretCommands, secretValues, shownOf, tokens } from './cases.ts'

/** `NAME=value` of a line of the table. */
const pairOf = (line: string): [key: string, value: string] => {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

test('the table is as large as it should be', () => {
  expect(secretCommands.length + tokens.length + secretValues.length).toBeGreaterThan(300)
  expect(plainCommands.length + plainValues.length).toBeGreaterThan(130)
  expect(new Set([...secretCommands, ...secretValues]).size).toBe(secretCommands.length + secretValues.length)
})

describe('secrets are blotted out, and nothing else', () => {
  test.each(secretCommands)('%s', (line) => {
    expect(redactCommandLine(argvOf(line))).toBe(shownOf(line))
  })

  test.each(secretValues)('%s', (line) => {
    const [key, value] = pairOf(line)
    expect(redactValue(key, value.replace(/[⟦⟧]/g, ''))).toBe(shownOf(value))
  })

  test.each(tokens)('%s', (token) => {
    expect(redactCommandLine(['app', 'run', token])).toBe('app run •••')
    expect(redactCommandLine(['sh', '-c', `app run "${token}"; true`])).toBe('sh -c app run "•••"; true')
    expect(redactValue('note', `it is ${token}, is it not`)).toBe('it is •••, is it not')
  })
})

describe('what is no secret stays', () => {
  test.each(plainCommands)('%s', (line) => {
    expect(redactCommandLine(argvOf(line))).toBe(shownOf(line))
  })

  test.each(plainValues)('%s', (line) => {
    expect(redactValue(...pairOf(line))).toBe(pairOf(line)[1])
  })
})
