import { describe, expect, it } from 'vitest'
import { changedRoute, formatRoute, parseRoute } from '../../../../web/domain/address/route.ts'
import { firstShown, ofAnotherView, type Shown } from '../../../../web/domain/address/shown.ts'

describe('what is shown', () => {
  it.each<[string, Shown]>([
    ['#/containers', { kind: 'map' }],
    ['#/containers?show=table', { kind: 'table' }],
    ['#/containers?show=table&sort=name', { kind: 'table', sorting: { column: 'name', descending: false } }],
    [
      '#/containers?q=web&show=table&sort=-connections.open&columns=connections.open%2Clabel.tier&group=host',
      {
        kind: 'table',
        sorting: { column: 'connections.open', descending: true },
        columns: ['connections.open', 'label.tier'],
      },
    ],
    ['#/containers?show=table&columns=', { kind: 'table', columns: [] }],
    ['#/hosts?show=resources', { kind: 'resources', by: 'cpu' }],
    ['#/hosts?show=resources&by=memory', { kind: 'resources', by: 'memory' }],
  ])('%s reads and writes', (hash, shown) => {
    const route = parseRoute(hash)
    expect(route.shown).toEqual(shown)
    expect(formatRoute(route)).toBe(hash)
  })

  it.each([
    ['#/hosts?show=chart', { kind: 'map' }],
    ['#/hosts?sort=-cpu&columns=a', { kind: 'map' }],
    ['#/hosts?show=resources&by=__proto__', { kind: 'resources', by: 'cpu' }],
  ])('passes over what it cannot read: %s', (hash, shown) => {
    expect(parseRoute(hash).shown).toEqual(shown)
  })

  it('forgets the columns of a view in another one, but not what kind it is', () => {
    const route = parseRoute('#/containers?show=table&sort=-cpu&columns=cpu')
    expect(formatRoute(changedRoute(route, { view: 'hosts' }))).toBe('#/hosts?show=table')
    expect(formatRoute(changedRoute(route, { search: 'a' }))).toBe(
      '#/containers?q=a&show=table&sort=-cpu&columns=cpu',
    )
    expect(ofAnotherView({ kind: 'table', columns: ['docker_image_tag'] })).toEqual(firstShown('table'))
    expect(ofAnotherView({ kind: 'resources', by: 'memory' })).toEqual({ kind: 'resources', by: 'memory' })
  })
})
