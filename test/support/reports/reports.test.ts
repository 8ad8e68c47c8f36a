import { expect, test } from 'vitest'
import { address, clientHalf, containerNode, imageNode, pair, processNode, report } from './reports.ts'

test('what the builders make is a valid report', () => {
  const built = report({
    host: 'alpha~12ab34cd',
    nodes: [
      processNode('alpha~12ab34cd', 10, { container: 'web' }),
      processNode('alpha~12ab34cd', 11),
      containerNode('alpha~12ab34cd', 'web', { image: 'nginx:1.27' }),
      imageNode('alpha~12ab34cd', 'nginx:1.27'),
    ],
    connections: [
      pair('alpha~12ab34cd;10', 'alpha~12ab34cd;11', 80),
      clientHalf('alpha~12ab34cd;10', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 5432 }),
    ],
    addresses: [address('10.0.0.1', { kind: 'global' }, { owners: ['alpha~12ab34cd;<host>'] })],
  })
  expect(built.addresses.map((entry) => [entry.id, entry.scope])).toEqual([
    [';10.0.0.1', 'global'],
    ['alpha~12ab34cd-1;127.0.0.1', 'netns'],
    [';10.0.0.2', 'global'],
  ])
})

test('an invalid part is refused', () => {
  expect(() => report({ uptimeMs: -1 })).toThrow()
})
