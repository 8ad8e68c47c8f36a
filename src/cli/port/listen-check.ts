import { once } from 'node:events'
import { createServer } from 'node:net'
import { parseListenAddress } from '../../app/listen/address.ts'
import { listen } from '../../app/listen/listen.ts'

/**
 * Tries whether the app could listen on `address`.
 *
 * @throws ListenError when it could not
 */
export async function checkListenAddress(address: string): Promise<void> {
  const server = createServer()
  await listen(server, parseListenAddress(address), address)
  server.close()
  await once(server, 'close')
}
