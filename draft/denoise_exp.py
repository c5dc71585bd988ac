import os, sys, time
sys.path.append("draft/wavelets")
sys.path.insert(0, ".")
from course_utils import start, datasets, training
start(stage=6)
import keras, numpy as np
from keras import layers
from scipy import ndimage
from skimage import restoration as R
from course_utils.datasets import noise
from course_utils.metrics import images as im
cpu=time.process_time
def cnn_residual(filters=32, depth=5):
    x = inp = keras.Input((8,8,1))
    for _ in range(depth-1):
        x = layers.Conv2D(filters,3,padding="same",activation="relu")(x)
    x = layers.Conv2D(1,3,padding="same")(x)
    return keras.Model(inp, layers.Add()([inp,x]))
def unet(filters=24):
    inp = keras.Input((8,8,1))
    def cc(x,f):
        for _ in range(2): x = layers.Conv2D(f,3,padding="same",activation="relu")(x)
        return x
    a = cc(inp,filters); b = cc(layers.MaxPooling2D()(a),2*filters); c = cc(layers.MaxPooling2D()(b),4*filters)
    u = cc(layers.Concatenate()([layers.UpSampling2D()(c),b]),2*filters)
    u = cc(layers.Concatenate()([layers.UpSampling2D()(u),a]),filters)
    return keras.Model(inp, layers.Add()([inp,layers.Conv2D(1,3,padding="same")(u)]))
def digits(seed):
    d = datasets.load("digits", seed=seed)
    f=lambda x: (np.asarray(x,"float32").reshape(-1,8,8)/ (16 if np.max(x)>1 else 1))
    return f(d.x_train), f(d.x_test)
filters = {
 "median": [(lambda x,s=s: ndimage.median_filter(x,(1,s,s)), s) for s in (2,3)],
 "gaussian": [(lambda x,s=s: ndimage.gaussian_filter(x,(0,s,s)), s) for s in (.4,.5,.6,.7,.8,1.)],
 "nlm": [(lambda x,h=h,k=k: np.stack([R.denoise_nl_means(i,patch_size=k,patch_distance=4,h=h,fast_mode=False) for i in x]),(h,k)) for k in (3,) for h in (.15,.25,.4)],
 "tv": [(lambda x,w=w: np.stack([R.denoise_tv_chambolle(i,weight=w) for i in x]), w) for w in (.1,.2,.3,.4)],
 "bilateral": [(lambda x,s=s: np.stack([R.denoise_bilateral(i.clip(0,1),sigma_color=s,sigma_spatial=.8) for i in x]), s) for s in (.3,.6,1.)],
}
try:
    filters["wavelet"]=[(lambda x,s=s,w=w: np.stack([R.denoise_wavelet(i,sigma=s,wavelet=w,mode="soft",method="BayesShrink") for i in x]),(s,w)) for w in ("haar","db2") for s in (.1,.2,.3)]
    import pywt
except ImportError: filters.pop("wavelet",None); print("no pywt")
xtr, xte = digits(0)
print(xtr.shape, xtr.min(), xtr.max())
for level in (0.2,0.3):
    ntr, nte = noise.gaussian(xtr[:200],level,seed=1), noise.gaussian(xte,level,seed=2)
    print("level",level,"noisy", im.psnr(nte,xte).mean().round(2))
    t=cpu()
    for name, options in filters.items():
        try:
            scores=[(im.psnr(f(ntr),xtr[:200]).mean(),f,p) for f,p in options]
        except Exception as e: print(name,e); continue
        s,f,p=max(scores,key=lambda v:v[0]); y=f(nte)
        print("  ",name,p,"psnr %.2f ssim %.3f"%(im.psnr(y,xte).mean(), im.ssim(y,xte).mean()), flush=True)
    print("   filters cpu",round(cpu()-t,1))
def pca_denoise(level,k):
    from sklearn.decomposition import PCA
    p=PCA(k).fit(xtr.reshape(-1,64)); n=noise.gaussian(xte,level,seed=2).reshape(-1,64)
    return im.psnr(p.inverse_transform(p.transform(n)).reshape(-1,8,8),xte).mean()
print("PCA", {k: pca_denoise(.3,k).round(2) for k in (5,8,12,20,30)})
for name, build in (("residual",cnn_residual),("unet",unet)):
    model=build(); model.compile(optimizer=keras.optimizers.Adam(2e-3),loss="mse")
    print(name, model.count_params())
    for seed in (0,1):
        training.reinitialise(model,seed)
        xtr_, xte_ = digits(seed)
        t=cpu()
        copies=4
        X=np.concatenate([noise.gaussian(xtr_,0.3,seed=100+c) for c in range(copies)])[...,None]
        Y=np.concatenate([xtr_]*copies)[...,None]
        nte=noise.gaussian(xte_,0.3,seed=2)
        for ep in (4,4,4):
            training.fit_compiled(model,X,Y,epochs=ep,batch_size=64,seed=seed)
            y=np.asarray(model(nte[...,None],training=False))[...,0].clip(0,1)
            print("  seed",seed,"psnr %.2f ssim %.3f cpu %.1f"%(im.psnr(y,xte_).mean(), im.ssim(y,xte_).mean(),cpu()-t),flush=True)
