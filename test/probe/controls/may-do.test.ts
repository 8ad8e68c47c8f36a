import { describe, expect, test } from 'vitest'
import { createControlGuard } from '../../../src/probe/controls/control-guard.ts'
import { mayDo } from '../../../src/probe/controls/may-do.ts'
import type { OrderKind } from '../../../src/probe/controls/order-kind.ts'
import type { ControlKind } from '../../../src/report/control.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { processNode } from '../../support/reports/reports.ts'

const all: ControlKind[] = ['container', 'host', 'process']

describe('an order', () => {
  test.each<[string, OrderKind, ControlKind[], string | undefined, boolean, string | undefined]>([
    // kind, allowed, topology of the node as reported, is it Scope itself, why not
    ['that reads', 'reading', [], undefined, false, undefined],
    ['that reads, about Scope', 'reading', [], 'process', true, undefined],
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
    const node = topology === undefined ? undefined : { topology: topology as 'host' }
    const refusal = mayDo({ kind, nodeId: 'x', node, isScope }, new Set(allowed))
    if (reason === undefined) expect(refusal).toBeUndefined()
    else expect(refusal).toContain(reason)
  })

  test('that names no node is refused', () => {
    expect(mayDo({ kind: 'process', isScope: false }, new Set(all))).toContain('none is named')
  })
})

describe('the guard of a probe', () => {
  const container = (id: string): ReportNode => ({
    ...processNode('alpha', 1),
    id: `${id};<container>`,
    topology: 'container',
  })
  const inside: ReportNode = { ...processNode('alpha', 7), parents: { container: ['own;<container>'] } }
  const nodes = [inside, processNode('alpha', 8), container('own'), container('other')]
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
  ])('decides about a %s by the last report: %s', (kind, id, reason) => {
    const refusal = guard(kind, id)
    if (reason === undefined) expect(refusal).toBeUndefined()
    else expect(refusal).toContain(reason)
  })

  test('allows nothing but reading before there is a report', () => {
    const early = createControlGuard({
      allowed: new Set(all),
      reported: () => undefined,
      scopePids: () => [],
    })
    expect(early('reading', undefined)).toBeUndefined()
    expect(early('process', 'alpha;8')).toContain('has reported no node')
  })
})
