import { describe, expect, it } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import type { Fact } from '../../../src/report/schema.ts'
import { factsForRights } from '../../../src/topology/controls/rights.ts'
import { containerNode, control, hostNode, processNode } from '../../support/reports/reports.ts'

const { containerMounts, containerPidMode, containerPrivileged, containerReachesHost } = facts
const plain = { [containerPrivileged]: false, [containerMounts]: [] }
const container = (more: Record<string, Fact>) => containerNode('alpha', 'web', { facts: more })
const harmless = { reaches: [], privileged: false, hostPid: false, mounts: [] }

const entering = control('shell', { enters: true })
const stopping = control('stop')

describe('the facts by which rights are decided, for a control that enters the container', () => {
  it.each<[string, Record<string, Fact>, ReturnType<typeof factsForRights>]>([
    ['nothing special', plain, harmless],
    ['privileged', { ...plain, [containerPrivileged]: true }, { ...harmless, privileged: true }],
    [
      'with a way to the host that its probe tells of',
      { ...plain, [containerReachesHost]: ['it has the capability SYS_ADMIN'] },
      { ...harmless, reaches: ['it has the capability SYS_ADMIN'] },
    ],
    ["in the host's pid namespace", { ...plain, [containerPidMode]: 'host' }, { ...harmless, hostPid: true }],
    ["in another container's pid namespace", { ...plain, [containerPidMode]: 'container:abc' }, harmless],
    [
      'with mounts',
      { ...plain, [containerMounts]: ['/srv:/data:rw', '/var/run/docker.sock:/var/run/docker.sock:ro'] },
      { ...harmless, mounts: ['/srv', '/var/run/docker.sock'] },
    ],
    [
      'with the root directory',
      { ...plain, [containerMounts]: ['/:/host:ro'] },
      { ...harmless, mounts: ['/'] },
    ],
    ['with a volume', { ...plain, [containerMounts]: ['data:/var/lib/data:rw', 'tmpfs:/tmp:rw'] }, harmless],
    [
      'with a path that has a colon',
      { ...plain, [containerMounts]: ['/a:/b:/c:rw'] },
      { ...harmless, mounts: ['/a', '/a:/b'] },
    ],
    ['of which the report does not say whether it is privileged', { [containerMounts]: [] }, undefined],
    ['of which the report does not say what is mounted', { [containerPrivileged]: false }, undefined],
    [
      'with so many mounts that the report may not have them all',
      { ...plain, [containerMounts]: Array.from({ length: 1024 }, (_, i) => `/srv/${i}:/${i}:rw`) },
      undefined,
    ],
  ])('%s', (_name, given, expected) => {
    expect(factsForRights(entering, container(given))).toEqual(expected)
  })
})

describe('for other controls', () => {
  it('what a container reaches does not count where nobody enters it', () => {
    expect(factsForRights(stopping, container({ ...plain, [containerPrivileged]: true }))).toEqual(harmless)
    expect(factsForRights(stopping, container({}))).toEqual(harmless)
  })

  it.each([
    ['of a host', control('shell', { kind: 'host' }), hostNode('alpha')],
    ['of a process', control('kill', { kind: 'process' }), processNode('alpha', 1)],
    ['of a container on what is none', stopping, processNode('alpha', 1)],
  ])('%s there are none', (_name, described, node) => {
    expect(factsForRights(described, node)).toBeUndefined()
  })
})
