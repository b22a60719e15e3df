async function getData() {
  try {
    const res = await Promise.reject('no network');
    console.log(res);
  } catch (err) {
    console.log('oops:', err);
  }
}
getData();
