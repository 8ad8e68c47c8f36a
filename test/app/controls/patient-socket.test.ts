import { expect, it } from 'vitest'
import { patientSocket } from '../../../src/app/controls/patient-socket.ts'

/** The part of a socket that counts, which notes what it is set to. */
const socketWith = (timeout: number | undefined) => {
  const set: number[] = []
  const socket = {
    timeout,
    setTimeout(ms: number) {
      set.push(ms)
      return socket
    },
  }
  return { socket, set }
}

it.each<[string, number | undefined, number, number[]]>([
  [
    'that would be closed before the answer is kept open, and then as it was',
    20_000,
    15_000,
    [75_000, 20_000],
  ],
  ['that waits longer anyway stays as it is', 120_000, 15_000, []],
  ['without a limit stays without', 0, 15_000, []],
  ['that never had one stays without', undefined, 600_000, []],
])('a connection %s', (_name, timeout, waitMs, expected) => {
  const { socket, set } = socketWith(timeout)
  patientSocket(socket as never, waitMs)()
  expect(set).toEqual(expected)
})
