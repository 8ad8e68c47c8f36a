import { describe, expect, it } from 'vitest'
import type { Who } from '../../../../src/api/session.ts'
import { agentWords } from '../../../../web/domain/account/agent.ts'
import { auditLine } from '../../../../web/domain/account/audit-lines.ts'
import { codeOfHash, codeOfText } from '../../../../web/domain/account/code.ts'
import { textParts } from '../../../../web/domain/account/commands.ts'
import { sectionsOf } from '../../../../web/domain/account/sections.ts'
import {
  endOfSentence,
  sentence,
  signInFailureWords,
  tunnelTo,
} from '../../../../web/domain/account/sign-in-words.ts'
import {
  isSignedIn,
  managesUsers,
  proofWords,
  readsAudit,
  screenFor,
  shortName,
} from '../../../../web/domain/account/who.ts'
import { parseRoute } from '../../../../web/domain/address/route.ts'

const who = (change: Partial<Who> = {}): Who => ({
  by: 'session',
  name: 'anna',
  role: 'admin',
  mayAct: true,
  signIn: { password: true, proxy: false },
  readOnly: false,
  ...change,
})
const { role: _, ...nobody } = who({ by: 'nothing', name: '', mayAct: false })
const byKernel = who({ by: 'kernel', name: 'uid 1000 (anna)', role: 'viewer', mayAct: false })

describe('who asks', () => {
  it.each([
    ['the map, with a role', byKernel, 'map'],
    ['the form, without one', nobody, 'sign-in'],
    ['neither, before the app has answered', undefined, 'waiting'],
  ] as const)('sees %s', (_what, asks, screen) => {
    expect(screenFor(asks)).toBe(screen)
  })

  it.each([
    ['an admin', who(), ['sessions', 'users', 'audit']],
    ['an operator', who({ role: 'operator' }), ['sessions']],
    ['a viewer', who({ role: 'viewer' }), ['sessions']],
    ['an admin of a Scope that is read-only', who({ readOnly: true }), ['sessions', 'audit']],
    ['somebody named by the kernel', byKernel, ['sign-in']],
    ['an admin named by a proxy', who({ by: 'proxy', mayAct: false }), ['sign-in', 'audit']],
  ] as const)('manages what they may: %s', (_who, asks, sections) => {
    expect(sectionsOf(asks)).toEqual(sections)
    expect(managesUsers(asks)).toBe((sections as readonly string[]).includes('users'))
    expect(readsAudit(asks)).toBe((sections as readonly string[]).includes('audit'))
    expect(isSignedIn(asks)).toBe((sections as readonly string[]).includes('sessions'))
  })

  it('is named shortly where there is little room', () => {
    expect(shortName(who())).toBe('anna')
    expect(shortName(byKernel)).toBe('anna')
    expect(shortName(who({ name: 'uid 4711' }))).toBe('uid 4711')
  })

  it('is told how the app knows', () => {
    expect(proofWords(byKernel)).toContain('uid 1000 (anna) is connected')
    expect(proofWords(byKernel)).toContain('to change anything, sign in')
    expect(proofWords({ ...byKernel, readOnly: true })).not.toContain('sign in')
    expect(proofWords(who({ by: 'proxy' }))).toContain('you are anna')
  })
})

describe('the code of a link', () => {
  it.each([
    ['#code=Ab-_9', 'Ab-_9'],
    ['#code=abc&more', 'abc'],
    ['#code=', undefined],
    ['#/containers?q=code=abc', undefined],
    ['#/code=abc', undefined],
    ['', undefined],
  ])('in %j is %j', (hash, code) => {
    expect(codeOfHash(hash)).toBe(code)
    // No link is a route, and no route a link.
    if (code !== undefined) expect(parseRoute(hash).view).toBeUndefined()
  })

  it.each([
    [' http://localhost:4040/#code=abc ', 'abc'],
    ['#code=abc', 'abc'],
    [' abc\n', 'abc'],
    ['  ', ''],
  ])('is found in what was pasted: %j', (text, code) => {
    expect(codeOfText(text)).toBe(code)
  })
})

it.each([
  [401, 'the name or the password is wrong', 'The name or the password is wrong.'],
  [
    0,
    'The app does not answer.',
    'The app does not answer. Try again in a moment; "scope status" tells how the app does.',
  ],
])('says why signing in failed: status %i, %s', (status, message, words) => {
  expect(signInFailureWords({ status, message })).toBe(words)
})

it('makes sentences of what the app says', () => {
  expect(sentence('no such user')).toBe('No such user.')
  expect(endOfSentence(' it comes from another machine ')).toBe('it comes from another machine.')
  expect(sentence('Why?')).toBe('Why?')
  expect(sentence('')).toBe('.')
})

it.each([
  ['run "scope token --link" there', ['run ', '<scope token --link>', ' there']],
  ['give it --app.insecure.', ['give it ', '<--app.insecure>', '.']],
  ['use --app.tls=self-signed, or a proxy', ['use ', '<--app.tls=self-signed>', ', or a proxy']],
  ['<b>text</b> -- is text', ['<b>text</b> -- is text']],
  ['', []],
])('shows the commands in %j as code', (text, parts) => {
  expect(textParts(text).map((part) => (part.isCode ? `<${part.text}>` : part.text))).toEqual(parts)
})

it.each([
  ['10.1.2.3', '4040', 'ssh -N -L 4040:127.0.0.1:4040 10.1.2.3', 'http://localhost:4040'],
  ['db.example', '4100', 'ssh -N -L 4100:127.0.0.1:4100 db.example', 'http://localhost:4100'],
  ['[fd00::1]', '4040', 'ssh -N -L 4040:127.0.0.1:4040 fd00::1', 'http://localhost:4040'],
  ['scope.example', '', 'ssh -N -L 4040:127.0.0.1:4040 scope.example', 'http://localhost:4040'],
  ['localhost', '4040', 'ssh -N -L 4040:127.0.0.1:4040 MACHINE', 'http://localhost:4040'],
  ['[::1]', '4040', 'ssh -N -L 4040:127.0.0.1:4040 MACHINE', 'http://localhost:4040'],
])('names the tunnel to %s port %j', (hostname, port, command, url) => {
  expect(tunnelTo({ hostname, port })).toEqual({ command, url })
})

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['', 'Unknown browser'],
])('names the browser %j', (agent, words) => {
  expect(agentWords(agent)).toBe(words)
})

it.each([
  [{ action: 'sign-in', result: 'done' }, 'Sign-in', 'done'],
  [
    { action: 'sign-in', result: 'refused', reason: 'wrong password', count: 12 },
    'Sign-in',
    'refused: wrong password (12 times)',
  ],
  [{ action: 'user-password', target: 'bert', result: 'done' }, 'New password: bert', 'done'],
  [{ action: 'control:host', target: 'alpha', result: 'failed' }, 'control:host: alpha', 'failed'],
  [
    {
      action: 'host_exec:end',
      target: 'alpha',
      result: 'done',
      reason: 'the app has gone',
      durationMs: 62_000,
    },
    'host_exec:end: alpha',
    'done: the app has gone (after 1 min 2 s)',
  ],
  [{ action: 'constructor', result: 'done' }, 'constructor', 'done'],
] as const)('says an entry of the audit log in words: %j', (change, what, outcome) => {
  const entry = { at: '2026-11-27T13:00:00.000Z', who: 'anna', from: '10.0.0.9', ...change }
  expect(auditLine(entry)).toMatchObject({ what, outcome, who: 'anna', from: '10.0.0.9' })
  expect(auditLine({ ...entry, who: '' }).who).toBe('nobody signed in')
})
