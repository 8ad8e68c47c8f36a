import { expect, it, vi } from 'vitest'
import { isOwnAddress } from '../../src/sockets/own-address.ts'

const { networkInterfaces } = vi.hoisted(() => ({ networkInterfaces: vi.fn() }))
vi.mock('node:os', async (original) => ({ ...(await original<object>()), networkInterfaces }))

it('the interfaces are asked for once, however many addresses are looked at one after the other, and again later', async () => {
  networkInterfaces.mockReturnValue({ eth0: [{ address: '10.0.0.5' }], br0: [{ address: 'fe80::1' }] })
  const looked = Array.from({ length: 1800 }, (_, at) => isOwnAddress(`10.0.${at >> 8}.${at & 255}`))
  expect([looked.filter(Boolean).length, looked[5]]).toEqual([1, true])
  expect([isOwnAddress('fe80::1'), isOwnAddress('127.0.0.1'), isOwnAddress('10.0.0.9')]).toEqual([
    true,
    true,
    false,
  ])
  expect(networkInterfaces).toHaveBeenCalledTimes(1)
  await Promise.resolve()
  networkInterfaces.mockReturnValue({ eth0: [{ address: '10.0.0.9' }] })
  expect([isOwnAddress('10.0.0.9'), isOwnAddress('10.0.0.5')]).toEqual([true, false])
})
