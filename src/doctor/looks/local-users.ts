import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { openSocketOwners } from '../../native/netlink/socket-owner.ts'

/**
 * Tries whether the kernel can be asked who connects over loopback, by a listener of its own.
 *
 * @returns undefined when it can; else why not
 */
export const lookForLocalUsers = async (): Promise<string | undefined> => {
  const server = createServer()
  const owners = openSocketOwners()
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { address, port } = server.address() as AddressInfo
    return owners.whyNot({ own: { address, port }, other: { address, port: 0 } })
  } catch (error) {
    return `nobody can listen on loopback here: ${(error as Error).message}`
  } finally {
    owners.close()
    server.close()
  }
}
