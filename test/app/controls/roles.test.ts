import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/api/session.ts'
import type { Subject } from '../../../src/app/access/subject.ts'
import { refuseUse } from '../../../src/app/controls/refuse-use.ts'
import type { ControlDescription } from '../../../src/report/control/control.ts'
import { facts } from '../../../src/report/facts.ts'
import type { Fact, ReportNode } from '../../../src/report/schema.ts'
import { documentedTable } from '../../support/doc-table.ts'
import { containerNode, control, hostNode, processNode } from '../../support/reports/reports.ts'

const subject = (role: Role | undefined, by: Subject['by'], mayAct: boolean): Subject => ({
  by,
  name: 'anna',
  role,
  mayAct,
  sessionId: undefined,
  why: undefined,
})
const subjects: Readonly<Record<string, Subject>> = {
  nobody: subject(undefined, 'nothing', false),
  kernel: subject('viewer', 'kernel', false),
  'proxy header': subject('admin', 'proxy', false),
  viewer: subject('viewer', 'session', true),
  operator: subject('operator', 'session', true),
  admin: subject('admin', 'session', true),
}
const rules = { readOnly: false, controls: true }

const plain = { [facts.containerPrivileged]: false, [facts.containerMounts]: ['/srv:/srv:rw'] }
const container = (more: Record<string, Fact> = plain) => containerNode('alpha', 'web', { facts: more })
const shell = control('shell', { opens: 'terminal', enters: true })

const privileged = container({ ...plain, [facts.containerPrivileged]: true })
const waysToTheHost: readonly [string, ReportNode][] = [
  ['privileged', privileged],
  ["in the host's pid namespace", container({ ...plain, [facts.containerPidMode]: 'host' })],
  ["with Docker's socket", container({ ...plain, [facts.containerMounts]: ['/run/docker.sock:/s:ro'] })],
  ['with the root directory', container({ ...plain, [facts.containerMounts]: ['/:/host:ro'] })],
  [
    'for a reason of its probe',
    container({ ...plain, [facts.containerReachesHost]: ['it has the device /dev/sda'] }),
  ],
  ['of which too little is known', container({})],
]

const cases: Readonly<Record<string, readonly [ControlDescription, ReportNode]>> = {
  'of a container, such as stop or logs': [control('stop'), privileged],
  'enters a container: attach, shell': [shell, container()],
  'enters a container that reaches its host': [shell, privileged],
  'of a process': [control('kill', { kind: 'process' }), processNode('alpha', 1)],
  'of a host': [control('shell', { kind: 'host', enters: true }), hostNode('alpha')],
}

describe('who may use which control', () => {
  const [titles = [], ...rows] = documentedTable('docs/controls.md', 'Who may use which')

  it('is documented for all', () => {
    expect(titles).toEqual(['control', ...Object.keys(subjects)])
    expect(rows.map(([name]) => name)).toEqual(Object.keys(cases))
  })

  it.each(Object.entries(cases))('%s: as documented', (name, [described, node]) => {
    const cells = Object.values(subjects).map(
      (asking) => refuseUse(asking, rules, { control: described, node })?.code ?? 'yes',
    )
    expect(rows.find(([documented]) => documented === name)).toEqual([name, ...cells])
  })

  it.each(waysToTheHost)('a container %s: only an admin enters it, an operator can stop it', (_way, node) => {
    const codeFor = (asking: Subject | undefined, described: ControlDescription) =>
      refuseUse(asking as Subject, rules, { control: described, node })?.code
    expect(codeFor(subjects.operator, shell)).toBe('forbidden')
    expect(codeFor(subjects.admin, shell)).toBeUndefined()
    expect(codeFor(subjects.operator, control('stop'))).toBeUndefined()
  })

  it.each([
    ['--app.read-only', { readOnly: true, controls: true }, 'read_only'],
    ['--no-controls', { readOnly: false, controls: false }, 'no_controls'],
  ])('%s: nobody may use any', (_option, restricted, code) => {
    for (const [described, node] of Object.values(cases))
      for (const role of ['viewer', 'operator', 'admin'] as const)
        expect(refuseUse(subject(role, 'token', true), restricted, { control: described, node })?.code).toBe(
          code,
        )
  })
})
