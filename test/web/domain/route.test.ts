import { describe, expect, it } from 'vitest'
import { formatRoute, parseRoute, type Route } from '../../../web/domain/route.ts'

describe('route', () => {
  it.each<[string, Route]>([
    ['#/', { view: undefined, node: undefined, search: '', options: {} }],
    ['#/containers', { view: 'containers', node: undefined, search: '', options: {} }],
    [
      '#/containers/4f3c%3B%3Ccontainer%3E?q=redis+6%2F&stopped=both&system=all',
      {
        view: 'containers',
        node: '4f3c;<container>',
        search: 'redis 6/',
        options: { stopped: 'both', system: 'all' },
      },
    ],
    ['#/processes/host~1a%3B42', { view: 'processes', node: 'host~1a;42', search: '', options: {} }],
  ])('%s reads and writes', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
    expect(formatRoute(route)).toBe(hash)
  })

  it.each([
    ['', undefined],
    ['#', undefined],
    ['#/%E0%A4%A', undefined],
    ['#/<script>/x', undefined],
    ['#containers', 'containers'],
  ])('passes over what it cannot read: %s', (hash, view) => {
    expect(parseRoute(hash).view).toBe(view)
  })
})
