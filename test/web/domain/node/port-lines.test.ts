import { describe, expect, it } from 'vitest'
import type { PortRow } from '../../../../src/api/types.ts'
import { portColumns, portLines } from '../../../../web/domain/node/port-lines.ts'

const since = '2026-01-01T00:00:00.000Z'
const port = (more: Partial<PortRow> = {}): PortRow => ({
  id: 'alpha;1',
  address: '0.0.0.0',
  port: 80,
  host: { id: 'alpha;<host>', label: 'alpha' },
  process: { id: 'alpha;7', label: 'nginx' },
  published: [],
  reachable: 'outside',
  used: { accepted: 0 },
  since,
  counting: 'complete',
  ...more,
})
const line = (row: PortRow, nodeId = 'alpha;7') => {
  const [only] = portLines([row], nodeId, Date.parse('2026-01-01T00:01:00Z'))
  if (!only) throw new Error('no line')
  const { label, minor, cells } = only
  return [label, minor, ...portColumns.map(({ id }) => cells.get(id)?.text)]
}

describe('portLines', () => {
  const used = {
    accepted: 1234,
    first: since,
    last: '2026-01-01T00:00:48.000Z',
    lastPeer: { address: '172.17.0.3', label: 'cart' },
  }
  it.each<[string, Partial<PortRow>, readonly (string | undefined)[]]>([
    ['never used', {}, ['0.0.0.0:80', '', 'outside', 'never', undefined]],
    [
      'used',
      { used, address: '::1', reachable: 'loopback' },
      ['[::1]:80', 'last from cart 172.17.0.3', 'loopback', '1,234', '12 s ago'],
    ],
    [
      'published',
      {
        published: [
          { address: '0.0.0.0', port: 8080 },
          { address: '::', port: 8080 },
        ],
        reachable: 'containers',
      },
      ['0.0.0.0:80', 'published as 0.0.0.0:8080, [::]:8080', 'containers', 'never', undefined],
    ],
    [
      'not seen, which is not never',
      { counting: 'polled' },
      ['0.0.0.0:80', '', 'outside', 'not seen', undefined],
    ],
    [
      'seen by polls',
      { counting: 'polled', used: { accepted: 2, lastPeer: { address: '10.0.0.1' } } },
      ['0.0.0.0:80', 'last from 10.0.0.1', 'outside', '2', undefined],
    ],
  ])('%s', (_, more, told) => expect(line(port(more))).toEqual(told))

  it('says whose it is on the card of another node', () => {
    const container = { id: 'web;<container>', label: 'web' }
    expect(line(port(), 'alpha;<host>')[1]).toBe('nginx')
    expect(line(port({ container }), 'web;<container>')[1]).toBe('nginx')
    expect(line(port({ container }), 'alpha;<host>')[1]).toBe('web (nginx)')
  })

  it('tells since when it is watched', () => {
    const [only] = portLines([port(), port({ counting: 'partial' })], 'x', 0)
    expect(only?.cells.get('used')?.full).toMatch(/^Nobody connected since .*2026/)
    expect(only?.hint).toBe('nginx listens on 0.0.0.0:80')
  })
})
