/** `npm start`: serves the demo until it is interrupted. */
import { startDemoServer } from './demo-server.ts';

const port = Number(process.env.PORT ?? 4173);

async function main(): Promise<void> {
  const demo = await startDemoServer(port);
  console.log(`\nHoldfast is ready: ${demo.app.url}\n`);
  const stop = async () => {
    await demo.close();
    process.exit(0);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
}

main().catch((error: NodeJS.ErrnoException) => {
  const inUse = error.code === 'EADDRINUSE';
  console.error(
    inUse ? `Port ${port} is in use. Choose another: PORT=4200 npm start` : (error.stack ?? error.message),
  );
  process.exit(1);
});
