import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addPort,
  addPorts,
  type OwnPorts,
  portCount,
  portList,
  samePorts,
} from '../../../../src/topology/view/assembling/ports.ts'

const few = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 })

const portsOf = (ports: readonly number[]): OwnPorts => ports.reduce<OwnPorts>(addPort, undefined)

const inOrder = (ports: Iterable<number>): number[] => [...new Set(ports)].sort((a, b) => a - b)

test('ports are each there once, in whatever order they were added', () => {
  fc.assert(
    fc.property(few, few, (a, b) => {
      expect(portList(portsOf(a))).toEqual(inOrder(a))
      expect(portCount(portsOf(a))).toBe(new Set(a).size)
      expect(samePorts(portsOf(a), portsOf(b))).toBe(inOrder(a).join() === inOrder(b).join())
      const [more, all] = [portsOf(b), addPorts(portsOf(a), portsOf(b))]
      expect(portList(all)).toEqual(inOrder([...a, ...b]))
      expect(samePorts(all, portsOf([...b, ...a]))).toBe(true)
      // What is added to all of them later is not added to those that they were made of.
      addPort(all, 6)
      expect(portList(more)).toEqual(inOrder(b))
    }),
  )
})
