import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatLabelFilter,
  labelFilterOption,
  labelPredicate,
  parseLabelFilter,
} from '../../../../src/topology/view/options/label-filter.ts'
import { parseOptions } from '../../../../src/topology/views.ts'
import { containerNode } from '../../../support/reports/reports.ts'

const db = containerNode('alpha', 'db', { labels: { role: 'db', 'a=b': 'c' } })
const web = containerNode('alpha', 'web', { labels: { role: 'web' } })
const bare = containerNode('alpha', 'bare')

describe('as the app is told of it', () => {
  test.each([
    ['Databases:role=db', { title: 'Databases', key: 'role', value: 'db' }],
    ['All: of them:role=db', { title: 'All', key: ' of them:role', value: 'db' }],
    ['All\\: of them:role=db', { title: 'All: of them', key: 'role', value: 'db' }],
    ['Image:tag=a\\:b', { title: 'Image', key: 'tag', value: 'a:b' }],
    ['Image:tag=a:b', { title: 'Image', key: 'tag', value: 'a:b' }],
    ['Equal:a=b=c', { title: 'Equal', key: 'a', value: 'b=c' }],
    ['None:role=', { title: 'None', key: 'role', value: '' }],
    ['', undefined],
    ['role=db', undefined],
    [':role=db', undefined],
    ['Title:role', undefined],
    ['Title:=db', undefined],
  ])('%s', (text, expected) => {
    expect(parseLabelFilter(text, false)).toEqual(expected && { ...expected, exclude: false })
  })

  test('what is written is read', () => {
    const text = fc.string({ minLength: 1 }).filter((one) => one.trim() !== '')
    fc.assert(
      fc.property(
        fc.record({
          title: text,
          key: text.filter((key) => !key.includes('=')),
          value: fc.string(),
          exclude: fc.boolean(),
        }),
        (filter) => {
          expect(parseLabelFilter(formatLabelFilter(filter), filter.exclude)).toEqual(filter)
        },
      ),
    )
  })
})

describe('as a value in a query, which says what it does', () => {
  test.each([
    ['with:role=db', [db]],
    ['without:role=db', [web, bare]],
    ['with:role=', []],
    ['with:role=DB', []],
    ['without:nothing=at all', [db, web, bare]],
  ])('%s', (value, expected) => {
    expect([db, web, bare].filter(labelPredicate(value) ?? (() => false))).toEqual(expected)
  })

  test.each(['', 'with:', 'with:role', 'with:=db', 'role=db', 'containerLabelFilter0', 'all'])(
    '%j is none',
    (value) => expect(labelPredicate(value)).toBeUndefined(),
  )

  test('of a filter', () => {
    const filter = { title: 'Databases', key: 'role', value: 'db' }
    expect(labelFilterOption({ ...filter, exclude: false })).toEqual({
      value: 'with:role=db',
      label: 'Databases',
    })
    expect(labelFilterOption({ ...filter, exclude: true }).value).toBe('without:role=db')
  })
})

test('what is no filter by label is refused with how one is written', () => {
  expect(() => parseOptions('containers', { system: 'with:' })).toThrow(
    'system has no value "with:": use one of all, system, application, with:KEY=VALUE, without:KEY=VALUE',
  )
})
