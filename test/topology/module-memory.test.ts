import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NodeSummary } from '../../src/api/types.ts'
import { checkout } from '../../src/checkout.ts'
import { FoldedTexts } from '../../src/topology/query/match/folded-texts.ts'

const root = join(checkout.root, 'src')

test('no module of reports and views keeps memory of its own, but for what goes with a single list', () => {
  const keeping = globSync('{report,api,topology}/**/*.ts', { cwd: root }).filter((path) =>
    // A collection that begins empty, and is no constant, is there to be filled.
    /^(?:export )?(?:const|let) [a-z]\w*[^=]*= new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\)/m.test(
      readFileSync(join(root, path), 'utf8'),
    ),
  )
  expect(keeping).toEqual(['report/delta/by-id.ts'])
})

test('folded texts are the same for a node of which only numbers change, and others for another', () => {
  const texts = new FoldedTexts()
  const metadata = [{ id: 'image', label: 'Image', value: 'NGINX' }]
  const node: NodeSummary = { id: 'a', label: 'Web', labelMinor: '', rank: '', shape: 'circle', metadata }
  const before = texts.of(node)
  expect(before.joined).toContain('nginx')
  expect(texts.of({ ...node, metrics: [] })).toBe(before)
  expect(texts.of({ ...node, label: 'Db' }).each[0]).toBe('db')
  let reads = 0
  const values = () => texts.values(node, 'name', ({ label }) => [label, String(++reads)])
  expect([values(), values()]).toEqual([
    ['web', '1'],
    ['web', '1'],
  ])
  expect(new FoldedTexts().of(node)).not.toBe(texts.of(node))
})
