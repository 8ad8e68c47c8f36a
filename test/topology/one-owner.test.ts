import { describe, expect, test } from 'vitest'
import { nodeDetails } from '../../src/topology/details.ts'
import { renderView } from '../../src/topology/render.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import {
  containerId,
  containerNode,
  held,
  imageNode,
  processNode,
  report,
} from '../support/reports/reports.ts'

const DAY_MS = 86_400_000

describe('a probe owns what it reports', () => {
  const told = (host: string, state: string, labels: Record<string, string>, controls: string[] = []) =>
    report({
      host,
      nodes: [{ ...containerNode('alpha', 'web', { state, labels }), controls }, processNode(host, 1)],
    })
  const web = (reports: Parameters<typeof renderView>[2]) =>
    renderView('containers', {}, reports).nodes.get(containerId('web'))

  test('what it no longer says is gone with its next report, whatever its clock says', () => {
    const before = held(told('alpha', 'paused', { tier: 'front' }), { startedAtMs: Date.UTC(2030, 0, 1) })
    const after = held(told('alpha', 'running', {}), { startedAtMs: Date.UTC(2020, 0, 1) })
    expect(web([before])).toMatchObject({ state: 'paused' })
    expect(web([before])?.tables?.map(({ id }) => id)).toEqual(['docker_label_'])
    expect(web([after])?.state).toBeUndefined()
    expect(web([after])?.tables).toEqual([])
    expect(web([held(report())])).toBeUndefined()
  })

  test.each([0, DAY_MS, -DAY_MS])(
    'of two that tell of one node, one has its say, all of it, with clocks %i ms apart',
    (apartMs) => {
      const startedAtMs = Date.UTC(2026, 0, 1)
      const first = held(told('alpha', 'running', { from: 'alpha' }, ['a']), { startedAtMs })
      const second = held(told('beta', 'paused', { from: 'beta' }, ['b']), {
        startedAtMs: startedAtMs + apartMs,
      })
      const rows = (reports: Parameters<typeof renderView>[2]) => web(reports)?.tables?.[0]?.rows
      for (const reports of [
        [first, second],
        [second, first],
      ]) {
        expect(web(reports)?.state).toBeUndefined()
        expect(rows(reports)).toEqual(rows([first]))
      }
    },
  )

  test('a probe that proved itself goes before one that did not', () => {
    const stranger = held(told('aardvark', 'paused', { from: 'stranger' }), { verified: false })
    const known = held(told('beta', 'running', { from: 'beta' }))
    for (const reports of [
      [stranger, known],
      [known, stranger],
    ])
      expect(web(reports)?.state).toBeUndefined()
  })
})

describe('children', () => {
  const machine = held(
    report({
      nodes: [
        processNode('alpha', 1, { facts: { systemd_unit: 'init.scope' } }),
        processNode('alpha', 10, { container: 'web' }),
        processNode('alpha', 20, { container: 'task' }),
        containerNode('alpha', 'web', {
          image: 'nginx:1',
          labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
        }),
        containerNode('alpha', 'task', {
          image: 'nginx:1',
          labels: { 'com.docker.swarm.service.id': 'x', 'com.docker.swarm.service.name': 'task' },
        }),
        imageNode('alpha', 'nginx:1'),
      ],
    }),
  )
  const nodesWithChildren = catalogue
    .filter(({ children }) => children.length > 0)
    .flatMap(({ id, children }) => {
      const view = renderView(id, { unconnected: 'show' }, [machine])
      return [...view.nodes.values()]
        .filter(({ pseudo }) => pseudo !== true)
        .map((node) => [id, node.id, children] as const)
    })

  test('there are some to look at in every view that has them', () => {
    expect(new Set(nodesWithChildren.map(([id]) => id)).size).toBe(
      catalogue.filter(({ children }) => children.length > 0).length,
    )
  })

  test.each(nodesWithChildren)('of %s %s: each group has its nodes, columns and a view', (viewId, id) => {
    const groups = nodeDetails(viewId, id, {}, [machine], () => [])?.children ?? []
    expect(groups.length).toBeGreaterThan(0)
    for (const { nodes, columns, label, topologyId } of groups) {
      expect(nodes.length).toBeGreaterThan(0)
      expect(label).not.toBe('')
      expect(catalogue.map((view) => view.id)).toContain(topologyId)
      for (const column of columns)
        expect(column).toMatchObject({ id: expect.any(String), label: expect.any(String) })
    }
  })

  test('every parent that a node links to is a node of the view it names', () => {
    for (const { id } of catalogue) {
      for (const node of renderView(id, { unconnected: 'show' }, [machine]).nodes.values())
        for (const parent of node.parents ?? [])
          expect(
            nodeDetails(parent.topologyId, parent.id, {}, [machine], () => []),
            `${id} ${node.id} -> ${parent.topologyId} ${parent.id}`,
          ).toBeDefined()
    }
  })
})
