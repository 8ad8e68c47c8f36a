import { describe, expect, test } from 'vitest'
import { createFactAdder } from '../../../src/probe/assemble/add-facts.ts'
import type { Contribution } from '../../../src/probe/collector.ts'
import type { Fact, ReportNode } from '../../../src/report/schema.ts'

const node = (id: string, facts: Record<string, Fact> = {}): ReportNode => ({
  id,
  topology: 'process',
  name: id,
  facts,
  parents: {},
  controls: [],
})

const telling = (facts?: Record<string, Record<string, Fact>>): Contribution => ({
  nodes: [],
  metrics: [],
  connections: [],
  addresses: [],
  ...(facts && { facts: new Map(Object.entries(facts)) }),
  status: { id: 'test', mode: 'test', state: 'ok', reason: '', sinceMs: 0, counters: {} },
})

const byId = (...nodes: ReportNode[]) => new Map(nodes.map((n) => [n.id, n]))

describe('facts that a collector knows of the nodes of another', () => {
  test('are added to what the node says', () => {
    const nodes = byId(node('nginx', { pid: 1 }))
    const added = createFactAdder().add(nodes, [telling({ nginx: { listening: ['0.0.0.0:80'] } })])
    expect(added.get('nginx')?.facts).toEqual({ pid: 1, listening: ['0.0.0.0:80'] })
  })

  test('yield to what its own collector says, and to those told first', () => {
    const nodes = byId(node('nginx', { pid: 1 }))
    const contributions = [
      telling(),
      telling({ nginx: { pid: 2, a: 'first' } }),
      telling({ nginx: { a: 'second', b: 'second' } }),
    ]
    expect(createFactAdder().add(nodes, contributions).get('nginx')?.facts).toEqual({
      pid: 1,
      a: 'first',
      b: 'second',
    })
  })

  test('of a node that nobody reports make none', () => {
    const added = createFactAdder().add(byId(node('here')), [telling({ gone: { a: 1 } })])
    expect([...added.keys()]).toEqual(['here'])
  })

  test('leave the other nodes and their order alone', () => {
    const first = node('first')
    const last = node('last')
    const added = createFactAdder().add(byId(first, node('between'), last), [telling({ between: { a: 1 } })])
    expect([...added.keys()]).toEqual(['first', 'between', 'last'])
    expect(added.get('first')).toBe(first)
    expect(added.get('last')).toBe(last)
  })
})

describe('a node with facts added', () => {
  const own = node('nginx', { pid: 1 })
  const facts = { a: 1 }
  const from = (adder: ReturnType<typeof createFactAdder>, of: ReportNode, ...told: Record<string, Fact>[]) =>
    adder
      .add(
        byId(of),
        told.map((each) => telling({ nginx: each })),
      )
      .get('nginx')

  test('is the same object as long as it and they are', () => {
    const adder = createFactAdder()
    expect(from(adder, own, facts)).toBe(from(adder, own, facts))
  })

  test.each<[string, ReportNode, Record<string, Fact>[], Record<string, Fact>]>([
    ['the facts are others', own, [{ a: 2 }], { pid: 1, a: 2 }],
    ['there are more', own, [facts, { b: 2 }], { pid: 1, a: 1, b: 2 }],
    ['there are none', own, [], { pid: 1 }],
    ['the node is another', node('nginx', { pid: 7 }), [facts], { pid: 7, a: 1 }],
  ])('is another once %s', (_, of, told, expected) => {
    const adder = createFactAdder()
    const before = from(adder, own, facts)
    const now = from(adder, of, ...told)
    expect(now).not.toBe(before)
    expect(now?.facts).toEqual(expected)
  })
})
