import type { Server } from 'node:http'
import { isLoopbackAddress } from '../access/loopback.ts'

/** Whether a server listens on any address that other machines reach. */
export const isOpenToNetwork = (server: Server): boolean => {
  const address = server.address()
  return address !== null && typeof address !== 'string' && !isLoopbackAddress(address.address)
}
