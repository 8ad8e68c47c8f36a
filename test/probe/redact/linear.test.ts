import { describe, expect, test } from 'vitest'
import { redactWords } from '../../../src/probe/redact/command/command-words.ts'
import { redactCommandLine, redactOutput, redactValue } from '../../../src/probe/redact/redact.ts'
import { redactText } from '../../../src/probe/redact/text.ts'
import { shortestMsOf } from '../../support/shortest-time.ts'

/** What patterns might go over again and again, were they written carelessly. */
const fragments = [
  ...[
    'a',
    '-',
    '"',
    "'",
    '\\"',
    '"\\',
    ' ',
    '=',
    ':',
    '@',
    '/',
    '$',
    '|',
    '; ',
    '&',
    '(',
    '\n',
    '<<<',
    '<<E\n',
  ],
  ...[
    'a=',
    'a:',
    'a@',
    'a.',
    'a/',
    '::',
    '://',
    'u:p@',
    '//a:',
    'http://',
    'http://u:',
    'http://u@',
    'key=',
    '?key=',
  ],
  ...[
    'password=',
    'password: ',
    'password "',
    "password '",
    '--password ',
    '-p ',
    'bearer ',
    'Bearer a',
    'cookie: ',
  ],
  ...[
    'authorization: ',
    'authorization: basic ',
    'identified by ',
    'identified with a by ',
    'login a password ',
  ],
  ...[
    'eyJ',
    'eyJ-',
    'eyJaaaaaaa.',
    'eyJaaaaaaa.aaaa-',
    'SG.',
    'SG.aaaaaaaaaaa.',
    'xoxb-',
    'sk-',
    'A.atlasv1.',
    '8Q~',
    '$2y$',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    '//hooks.slack.com/services/',
    '/bot1:',
    'jdbc:oracle:thin:a/',
  ],
  ...[
    'curl -u ',
    'mysql -p',
    'vault kv put ',
    'echo a | ',
    'echo "a" | chpasswd; ',
    'chpasswd <<< ',
    "sh -c 'a ",
    'sh -c "',
  ],
]

const repeated = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length)

/** The same mixture each time. */
const mixture = (seed: number, length: number): string => {
  let state = seed
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    text += fragments[(state >> 8) % fragments.length] as string
  }
  return text.slice(0, length)
}

/** Runs of each of the many works. */
const RUNS = 3
const LENGTH = 3000
const TIMES = 8

/** Time of one long text over that of as much in {@link TIMES} short ones: 1 is linear, {@link TIMES} quadratic. */
const growth = (work: (text: string) => unknown, textOf: (length: number) => string): number => {
  const [short, long] = [textOf(LENGTH), textOf(TIMES * LENGTH)]
  const shortMs = shortestMsOf(() => {
    for (let i = 0; i < TIMES; i++) work(short)
  }, RUNS)
  return shortestMsOf(() => work(long), RUNS) / Math.max(0.2, shortMs)
}

/** Well below quadratic; a machine that was busy just then gets another chance. */
const isLinear = (work: (text: string) => unknown, textOf: (length: number) => string): boolean =>
  [1, 2, 3, 4].some(() => growth(work, textOf) < TIMES / 2)

describe('time grows with the length, not with its square', () => {
  const works: [string, (text: string) => unknown][] = [
    ['a text', redactText],
    ['a word of a command line', (text) => redactWords(['sh', '-c', text])],
    ['many words', (text) => redactWords(text.split(/(?<=[ =:@])/))],
  ]
  for (const [name, work] of works) {
    test.each(fragments)(`${name}: %j`, (fragment) => {
      expect(isLinear(work, (length) => repeated(fragment, length))).toBe(true)
    })

    test.each([1, 2, 3, 4, 5, 6, 7, 8])(`${name}: mixture %i`, (seed) => {
      expect(isLinear(work, (length) => mixture(seed, length))).toBe(true)
    })
  }
})

describe('what is long is cut first', () => {
  const cases = [
    ['--password', 'hunter2hunter2'],
    ['--password=hunter2hunter2'],
    ['https://ann:hunter2hunter2@host/'],
    ['{"password":"hunter2hunter2"}'],
    ['Authorization: Bearer hunter2hunter2'],
    ['sshpass', '-p', 'hunter2hunter2'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----'],
  ]

  test.each(cases)('and a secret across the cut does not show: %j %j %j', (...words) => {
    const given = words.filter((word) => word !== undefined)
    const all = given.join(' ')
    for (let room = -8; room < all.length + 8; room += 3) {
      const pad = 'x'.repeat(8192 - room)
      const text = `${pad} ${all} more`
      for (const shown of [
        redactCommandLine(['app', pad.slice(5), ...given, 'more']),
        redactCommandLine(['sh', '-c', text]),
        redactOutput(text),
        redactValue('note', text),
      ])
        expect(shown).not.toMatch(/hunter/)
    }
  })

  test('nor what is printed for a reader beyond the cut', () => {
    const script = `${'x'.repeat(8100)}; echo root:hunter2 ${'y '.repeat(100)} | chpasswd`
    expect(redactCommandLine(['sh', '-c', script])).not.toMatch(/hunter2/)
  })

  test('command lines of 54 kB cost no more than those of 8 kB', () => {
    const lines = (length: number) =>
      Array.from({ length: 30 }, (_, i) => ['app', repeated(`--o${i}=v `, length)])
    const [short, long] = [lines(8000), lines(54_000)]
    const redactAll = (all: string[][]) => () => all.map(redactCommandLine)
    const isSame = () => shortestMsOf(redactAll(long), RUNS) < 3 * shortestMsOf(redactAll(short), RUNS)
    expect([1, 2, 3, 4].some(isSame)).toBe(true)
  })
})
