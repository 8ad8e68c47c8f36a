import { createServer } from 'node:http'

/** A page with nothing on it but a canvas of its own size. */
export interface EmptyCanvas {
  readonly url: string
  close(): Promise<void>
}

/** Moves one picture, as the map does while the camera moves: pointer events go to the worker, which draws in its next frame. */
const WORKER = `
  let screen, picture, at = { x: 0, y: 0 }, frame = 0
  const draw = () => {
    frame = 0
    screen.fillStyle = '#fff'
    screen.fillRect(0, 0, screen.canvas.width, screen.canvas.height)
    screen.drawImage(picture, at.x, at.y)
  }
  onmessage = ({ data: { canvas, x, y } }) => {
    if (canvas) {
      screen = canvas.getContext('2d', { alpha: false })
      picture = new OffscreenCanvas(canvas.width, canvas.height)
      const below = picture.getContext('2d', { alpha: false })
      below.fillStyle = '#eee'
      below.fillRect(0, 0, canvas.width, canvas.height)
    } else at = { x, y }
    frame ||= requestAnimationFrame(draw)
  }`

const PAGE = `<!doctype html><title>empty canvas</title>
<style>html, body { margin: 0; height: 100%; overflow: hidden } canvas { display: block; width: 100%; height: 100% }</style>
<body><canvas></canvas><script>
  const worker = new Worker('/worker.js')
  const element = document.querySelector('canvas')
  element.width = innerWidth
  element.height = innerHeight
  const canvas = element.transferControlToOffscreen()
  worker.postMessage({ canvas }, [canvas])
  let from
  element.onpointerdown = (event) => (from = event)
  element.onpointermove = ({ clientX, clientY }) =>
    from && worker.postMessage({ x: clientX - from.clientX, y: clientY - from.clientY })
</script>`

/**
 * Serves a page whose canvas is moved with the pointer. The frames that it drops are those of the browser and the machine, whatever a map
 * does.
 */
export const serveEmptyCanvas = async (): Promise<EmptyCanvas> => {
  const server = createServer(({ url }, response) => {
    const isWorker = url === '/worker.js'
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html')
    response.end(isWorker ? WORKER : PAGE)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
