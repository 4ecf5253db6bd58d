import { openApp, openServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'

/**
 * A program to be killed: imports a folder into a network and prints what has been kept, once it has been. Arguments:
 * data folder, folder of pages, id of the network.
 */
const [dataFolder = '', pages = '', networkId = ''] = process.argv.slice(2)
const server = await openServer(readConfig({ CORDEE_DATA: dataFolder }), { hold: false })
const { db, close } = openApp(server, 4)
process.stdout.write('open\n')
await importPages(db, { networkId, audience: 'network' }, readPath(pages), {
  origin: pages,
  visibility: 'public',
  progress: (phase, counts) => process.stdout.write(`${phase} ${counts.created}\n`),
})
process.stdout.write('done\n')
await close()
await server.stop()
