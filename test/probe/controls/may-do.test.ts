import { describe, expect, test } from 'vitest'
import { createControlGuard } from '../../../src/probe/controls/control-guard.ts'
import { mayDo } from '../../../src/probe/controls/may-do.ts'
import type { ControlKind } from '../../../src/report/control/control-kind.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { processNode } from '../../support/reports/reports.ts'

const all: ControlKind[] = ['container', 'host', 'process']

describe('an order', () => {
  test.each<[string, ControlKind, ControlKind[], string | undefined, boolean, string | undefined]>([
    // kind, allowed, topology of the node as reported, is it Scope itself, why not
    ['on a container', 'container', ['container'], 'container', false, undefined],
    ['on a process', 'process', ['process'], 'process', false, undefined],
    ['on the host', 'host', ['host'], 'host', false, undefined],
    ['on a container, with all allowed', 'container', all, 'container', false, undefined],
    [
      'on a container, with nothing allowed',
      'container',
      [],
      'container',
      false,
      '--probe.controls=container',
    ],
    [
      'on a process, by default',
      'process',
      ['container'],
      'process',
      false,
      '--probe.controls=container,process',
    ],
    ['on the host, by default', 'host', ['container'], 'host', false, '--probe.controls=container,host'],
    ['on a node that was not reported', 'container', all, undefined, false, 'has reported no node x'],
    ['of a container on a process', 'container', all, 'process', false, 'x is no container'],
    ['of a process on a container', 'process', all, 'container', false, 'x is no process'],
    ['of the host on a process', 'host', all, 'process', false, 'x is no host'],
    ['of a container on an image', 'container', all, 'container_image', false, 'x is no container'],
    ['on a process of Scope', 'process', all, 'process', true, 'x is Scope itself'],
    ['on the container of Scope', 'container', all, 'container', true, 'x is Scope itself'],
  ])('%s', (_what, kind, allowed, topology, isScope, reason) => {
    const node = topology === undefined ? undefined : { topology: topology as 'host', controls: ['act'] }
    const verdict = mayDo(
      { control: { id: 'act', kind }, nodeId: 'x', node, isScope, isAnother: false },
      new Set(allowed),
    )
    if (reason === undefined) expect(verdict).toEqual({ node })
    else expect(verdict.refusal?.reason).toContain(reason)
  })

  test.each([
    ['not_allowed', [], 'host', ['act'], false, false],
    ['unknown_node', all, undefined, ['act'], false, false],
    ['not_allowed', all, 'process', ['act'], false, false],
    ['not_allowed', all, 'host', ['act'], true, false],
    ['not_offered', all, 'host', [], false, false],
    ['not_offered', all, 'host', ['other'], false, false],
    ['conflict', all, 'host', ['act'], false, true],
    ['conflict', all, 'host', [], false, true],
    ['conflict', all, 'host', ['act'], true, true],
    ['not_allowed', [], 'host', ['act'], false, true],
  ] as const)('is refused as %s', (code, allowed, topology, controls, isScope, isAnother) => {
    const node = topology && { topology, controls: [...controls] }
    const control = { id: 'act', kind: 'host' } as const
    expect(mayDo({ control, nodeId: 'x', node, isScope, isAnother }, new Set(allowed)).refusal?.code).toBe(
      code,
    )
  })
})

describe('the guard of a probe', () => {
  const container = (id: string): ReportNode => ({
    ...processNode('alpha', 1),
    controls: ['act'],
    id: `${id};<container>`,
    topology: 'container',
  })
  const inside: ReportNode = {
    ...processNode('alpha', 7),
    controls: ['act'],
    parents: { container: ['own;<container>'] },
  }
  const idle: ReportNode = { ...container('idle'), controls: [] }
  const outside: ReportNode = { ...processNode('alpha', 8), controls: ['act'] }
  const nodes = [inside, outside, container('own'), container('other'), idle]
  const sent = { host: { id: 'alpha', name: 'alpha' }, nodes }
  const guard = createControlGuard({
    allowed: new Set(all),
    reported: () => sent,
    scopePids: () => [7],
  })

  test.each<[ControlKind, string, string | undefined]>([
    ['process', 'alpha;8', undefined],
    ['process', 'alpha;7', 'is Scope itself'],
    ['process', 'beta;8', 'has reported no node'],
    ['process', 'alpha;9', 'has reported no node'],
    ['container', 'other;<container>', undefined],
    ['container', 'own;<container>', 'is Scope itself'],
    ['container', 'third;<container>', 'has reported no node'],
    ['container', 'idle;<container>', 'does not offer act'],
  ])('decides about a %s by the last report: %s', (kind, id, reason) => {
    const verdict = guard({ id: 'act', kind }, id)
    if (reason === undefined) expect(verdict).toEqual({ node: nodes.find((node) => node.id === id) })
    else expect(verdict.refusal?.reason).toContain(reason)
  })

  test.each<[string, number | undefined, string | undefined, string | undefined]>([
    // start of the process that was reported last, what the order says, why not
    ['that is the one it is meant for', 1, '1', undefined],
    ['that is another one, with the same pid', 2, '1', 'the process that was meant has ended'],
    ['when it does not say for which one it is meant', 2, undefined, undefined],
    ['whose start is not known', undefined, '1', 'the process that was meant has ended'],
  ])('decides about a process %s', (_which, startTicks, incarnation, reason) => {
    const node: ReportNode = {
      ...processNode('alpha', 7, { facts: startTicks === undefined ? {} : { start_ticks: startTicks } }),
      controls: ['act'],
    }
    const asked = createControlGuard({
      allowed: new Set(all),
      reported: () => ({ host: sent.host, nodes: [node] }),
      scopePids: () => [],
    })({ id: 'act', kind: 'process' }, 'alpha;7', incarnation)
    if (reason === undefined) expect(asked).toEqual({ node })
    else expect(asked.refusal).toMatchObject({ code: 'conflict', reason: expect.stringContaining(reason) })
  })

  test('allows nothing before there is a report', () => {
    const early = createControlGuard({
      allowed: new Set(all),
      reported: () => undefined,
      scopePids: () => [],
    })
    expect(early({ id: 'act', kind: 'process' }, 'alpha;8').refusal?.code).toBe('unknown_node')
  })
})
