import { expect, test } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import { conditionOf, imageChange } from '../../../src/topology/events/container-condition.ts'
import { containerNode } from '../../support/reports/reports.ts'

const made = (id: string, name: string, tag: string) =>
  conditionOf(
    containerNode('alpha', 'web', {
      facts: { [facts.imageId]: id, [facts.imageName]: name, [facts.imageTag]: tag },
    }),
  )

test.each([
  ['1', 'shop/cart', '1.4', '2', 'shop/cart', '1.5', 'shop/cart 1.4 → 1.5'],
  ['1', 'r.example:5000/shop/cart', '1.4', '2', 'shop/cart', '1.5', 'shop/cart 1.4 → 1.5'],
  ['1', 'shop/cart', 'latest', '2', 'shop/cart', 'latest', 'shop/cart latest, built anew'],
  ['1', 'nginx', '1.27', '2', 'httpd', '2.4', 'nginx 1.27 → httpd 2.4'],
  ['0123456789abcdef', 'nginx', '', '2', 'nginx', '1.27', 'nginx 0123456789ab → 1.27'],
  ['1', 'nginx', '1.27', '1', 'nginx', 'stable', undefined],
  ['', 'nginx', '1.27', '2', 'nginx', '1.28', undefined],
])('%s %s %s, then %s %s %s: %s', (id, name, tag, newId, newName, newTag, text) => {
  expect(imageChange(made(id, name, tag), made(newId, newName, newTag))).toBe(text)
})
