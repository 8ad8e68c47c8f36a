import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/api/operations/entry/operation.ts'
import { operations } from '../../../src/api/operations/operations.ts'
import type { Role } from '../../../src/api/session.ts'
import { actions, authorise } from '../../../src/app/access/authorise.ts'
import type { Subject } from '../../../src/app/access/subject.ts'
import type { NodeFacts } from '../../../src/topology/controls/rights.ts'
import { documentedTable } from '../../support/doc-table.ts'

const nobody: Subject = {
  by: 'nothing',
  name: '',
  role: undefined,
  mayAct: false,
  sessionId: undefined,
  why: 'it comes from afar',
}
const session = (role: Role): Subject => ({
  by: 'session',
  name: 'anna',
  role,
  mayAct: true,
  sessionId: 's',
  why: undefined,
})
const kernel: Subject = { ...session('viewer'), by: 'kernel', name: 'uid 0 (root)', mayAct: false }
const proxied = (role: Role): Subject => ({ ...session(role), by: 'proxy', mayAct: false })
const token: Subject = { ...session('admin'), by: 'token', name: 'token', sessionId: undefined }
const password = (role: Role): Subject => ({ ...session(role), by: 'password', sessionId: undefined })

const open = { readOnly: false, controls: true }
const harmless: NodeFacts = {
  reaches: [],
  privileged: false,
  hostPid: false,
  mounts: ['/srv/data', '/var/lib/docker'],
}
const codeOf = (subject: Subject, action: Action, rules = open, node: NodeFacts | undefined = harmless) =>
  authorise(subject, action, rules, node)?.code

const subjects: Readonly<Record<string, Subject>> = {
  nobody,
  kernel,
  'proxy header': proxied('admin'),
  viewer: session('viewer'),
  operator: session('operator'),
  admin: session('admin'),
}

describe('what each may do', () => {
  const [titles = [], ...rows] = documentedTable('docs/security.md', 'Who may do what')
  const reachingHost = 'control:container, reaching its host'
  const asked: [string, Action, NodeFacts][] = [
    ...actions.map((action): [string, Action, NodeFacts] => [action, action, harmless]),
    [reachingHost, 'control:container', { ...harmless, privileged: true }],
  ]

  it('is documented for every action and subject', () => {
    expect(titles.slice(1)).toEqual(Object.keys(subjects))
    expect(rows.map(([action]) => action).toSorted()).toEqual(asked.map(([name]) => name).toSorted())
  })

  it.each(asked)('%s: as documented', (name, action, node) => {
    const row = rows.find(([documented]) => documented === name)
    const cells = Object.values(subjects).map((subject) => {
      if (action === 'report:write' || action === 'channel:open') return 'proof'
      return codeOf(subject, action, open, node) ?? 'yes'
    })
    expect(row).toEqual([name, ...cells])
  })

  it('covers every operation', () => {
    for (const operation of Object.values(operations)) expect(actions).toContain(operation['x-action'])
  })

  it.each(actions)('%s: a token and a password are worth what a session of that role is', (action) => {
    expect(codeOf(token, action)).toBe(codeOf(session('admin'), action))
    for (const role of ['viewer', 'operator', 'admin'] as const)
      expect(codeOf(password(role), action)).toBe(codeOf(session(role), action))
  })

  it.each(actions)('%s: who has a role and may act, may do all that a lesser one may', (action) => {
    const order = [nobody, kernel, session('viewer'), session('operator'), session('admin')]
    const allowed = order.map((subject) => codeOf(subject, action) === undefined)
    expect(allowed).toEqual(allowed.toSorted((a, b) => Number(a) - Number(b)))
  })
})

describe('nobody, without credentials', () => {
  it('is told what to do', () => {
    expect(authorise(nobody, 'view:read', open)).toMatchObject({
      status: 401,
      message: expect.stringMatching(/sign in.*scope token.*since it comes from afar/),
    })
  })
})

describe('started with', () => {
  const changing: Action[] = [
    'user:manage',
    'control:use',
    'control:container',
    'control:process',
    'control:host',
  ]
  const controls = changing.filter((action) => action.startsWith('control:'))

  it.each(actions)('--app.read-only: %s', (action) => {
    const readOnly = { readOnly: true, controls: true }
    const expected = changing.includes(action) ? 'read_only' : undefined
    expect(codeOf(session('admin'), action, readOnly)).toBe(expected)
    expect(codeOf(token, action, readOnly)).toBe(expected)
    if (expected === undefined)
      for (const subject of Object.values(subjects))
        expect(codeOf(subject, action, readOnly)).toBe(codeOf(subject, action))
  })

  it.each(actions)('--no-controls: %s', (action) => {
    const without = { readOnly: false, controls: false }
    const expected = controls.includes(action) ? 'no_controls' : undefined
    expect(codeOf(session('admin'), action, without)).toBe(expected)
    if (expected === undefined)
      for (const subject of Object.values(subjects))
        expect(codeOf(subject, action, without)).toBe(codeOf(subject, action))
  })
})

describe('a container reaches its host', () => {
  it.each<[string, Partial<NodeFacts> | undefined, boolean]>([
    ['when it is privileged', { privileged: true }, true],
    ["in the host's pid namespace", { hostPid: true }, true],
    ["with Docker's socket", { mounts: ['/srv', '/var/run/docker.sock'] }, true],
    ["with Docker's socket where it really is", { mounts: ['/run/docker.sock'] }, true],
    ['with a directory that has the socket', { mounts: ['/var/run'] }, true],
    ['with such a directory, written otherwise', { mounts: ['/run/'] }, true],
    ['with the root directory', { mounts: ['/'] }, true],
    ['for a reason that its probe tells', { reaches: ['it has the capability SYS_ADMIN'] }, true],
    ['when nothing is known of it', undefined, true],
    [
      'not with a directory of another name',
      { mounts: ['/running', '/run/docker.sock.d', '/var/runs'] },
      false,
    ],
    ['not without any mount', { mounts: [] }, false],
  ])('%s', (_name, change, reaches) => {
    const node = change && { ...harmless, ...change }
    const asOperator = authorise(session('operator'), 'control:container', open, node)
    expect(asOperator?.code).toBe(reaches ? 'forbidden' : undefined)
    expect(authorise(session('admin'), 'control:container', open, node)).toBeUndefined()
  })

  it.each<[string, Partial<NodeFacts> | undefined, string]>([
    [
      'the reason of its probe',
      { reaches: ['it has the device /dev/sda', 'it is privileged'] },
      'device /dev/sda',
    ],
    ['that it is privileged', { privileged: true }, 'it is privileged'],
    ['its pid namespace', { hostPid: true }, "the host's pid namespace"],
    ['the mount', { mounts: ['/srv', '/var/run'] }, 'it mounts /var/run'],
    ['that nothing is known', undefined, 'not known'],
  ])('and who is refused is told %s', (_name, change, told) => {
    const node = change && { ...harmless, ...change }
    expect(authorise(session('operator'), 'control:container', open, node)?.message).toMatch(
      new RegExp(`^this takes the role admin, since .*${told}.*, and anna is operator$`),
    )
  })
})
