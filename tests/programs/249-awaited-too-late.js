// Awaiting a promise that was rejected meanwhile: reported first, then told as handled.
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
process.on('unhandledRejection', (error) => console.log('unhandled:', error.message));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
async function fails() {
  await delay(1);
  throw new Error('rejected while nobody looked');
}
async function main() {
  const p = fails();
  console.log('working');
  await delay(30);
  try {
    await p;
  } catch (e) {
    console.log('caught:', e.message);
  }
  await delay(1);
  console.log('end');
}
main();
