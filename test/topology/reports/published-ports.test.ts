import { expect, test } from 'vitest'
import { publishedPorts } from '../../../src/topology/reports/published-ports.ts'
import { containerNode } from '../../support/reports/reports.ts'

const container = (ports: string[], state = 'running') =>
  containerNode('alpha', 'web', { state, facts: { docker_container_ports: ports } })

test.each([
  ['80/tcp', []],
  ['0.0.0.0:8080->80/tcp', [[8080, undefined, 80]]],
  ['[::]:8080->80/tcp', [[8080, undefined, 80]]],
  [':::8080->80/tcp', [[8080, undefined, 80]]],
  ['127.0.0.1:8080->80/tcp', [[8080, '127.0.0.1', 80]]],
  ['[2001:DB8::1]:8080->80/tcp', [[8080, '2001:db8::1', 80]]],
  ['0.0.0.0:53->53/udp', []],
  ['nonsense', []],
])('%s', (text, expected) => {
  const ports = [...publishedPorts([container([text])])].flatMap(([port, published]) =>
    published.map(({ ip, containerPort }) => [port, ip, containerPort]),
  )
  expect(ports).toEqual(expected)
})

test('a stopped container publishes nothing', () => {
  expect(publishedPorts([container(['0.0.0.0:8080->80/tcp'], 'exited')]).size).toBe(0)
})
