import { describe, expect, test } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import { containerId } from '../../support/reports.ts'
import { shopDetails } from './shop.ts'

describe('children', () => {
  const children = (viewId: string, id: string, options = {}) =>
    shopDetails(viewId, id, options).children.map(({ label, topologyId, nodes }) => [
      label,
      topologyId,
      nodes.map((node) => node.label),
    ])

  test.each([
    ['containers', containerId('web'), [['Processes', 'processes', ['nginx']]]],
    [
      'containers-by-image',
      'postgres;<container_image>',
      [
        ['Containers', 'containers', ['db']],
        ['Processes', 'processes', ['postgres']],
      ],
    ],
    ['processes-by-name', 'nginx', [['Processes', 'processes', ['nginx']]]],
    ['processes', 'alpha;10', []],
    ['containers', 'pseudo:uncontained:alpha', [['Processes', 'processes', ['backup']]]],
    [
      'hosts',
      'alpha;<host>',
      [
        ['Containers', 'containers', ['db', 'old', 'web']],
        ['Processes', 'processes', ['backup', 'nginx', 'postgres']],
        ['Container images', 'containers-by-image', ['postgres']],
      ],
    ],
  ])('of %s %s', (viewId, id, expected) => {
    expect(children(viewId, id)).toEqual(expected)
  })

  test('an image holds the containers that the options show', () => {
    const id = 'postgres;<container_image>'
    expect(children('containers-by-image', id, { stopped: 'both' })[0]).toEqual([
      'Containers',
      'containers',
      ['db', 'old'],
    ])
    expect(shopDetails('containers-by-image', id, { stopped: 'both' }).labelMinor).toBe('2 containers')
    expect(shopDetails('containers-by-image', id).labelMinor).toBe('1 container')
  })

  test('their columns are there as rows', () => {
    const [group] = shopDetails('containers', containerId('web')).children
    const [process] = group?.nodes ?? []
    const ids = [...(process?.metadata ?? []), ...(process?.metrics ?? [])].map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([facts.pid, metrics.processCpu]))
  })
})
