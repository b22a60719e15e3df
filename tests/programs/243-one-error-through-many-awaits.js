// An error keeps its identity through awaits, chains and combinators.
const error = new Error('the one');
const same = (where) => (e) => console.log(where, e === error);
async function inner() {
  throw error;
}
async function middle() {
  await inner();
}
async function outer() {
  try {
    await middle();
  } catch (e) {
    same('caught')(e);
    throw e;
  } finally {
    console.log('finally');
  }
}
outer().catch(same('rejected'));
inner().then().finally(() => {}).catch(same('chain'));
Promise.all([1, middle()]).catch(same('all'));
Promise.race([middle()]).catch(same('race'));
Promise.any([inner()]).catch((e) => same('any')(e.errors[0]));
Promise.allSettled([inner()]).then(([result]) => same('allSettled')(result.reason));
